/** Manifests, tags, and which blobs a repository holds. */
package io.gantry.image.registry.store;
