/** Layers as trees of files: read from their tars, looked up, written anew. */
package io.gantry.image.layer;
