/**
 * image-service: the one source of truth for images. {@code registry} speaks the OCI distribution API, {@code content} keeps the
 * bytes, {@code reference} names images, {@code transfer} gives layers to agents, {@code build} makes images.
 */
package io.gantry.image;
