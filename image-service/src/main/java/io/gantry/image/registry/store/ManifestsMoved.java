package io.gantry.image.registry.store;

/** A manifest came, or a tag points elsewhere. Fired within the process once it is committed. */
public record ManifestsMoved() {}
