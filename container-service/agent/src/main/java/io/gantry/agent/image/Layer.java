package io.gantry.agent.image;

import io.gantry.contracts.unit.Digest;
import java.nio.file.Path;

/** A read-only layer on this host, whole and checked. Further forms (EROFS images) join here. */
public sealed interface Layer {
    Digest diffId();

    /** Unpacked: deletions are 0/0 character devices, replaced folders carry {@code trusted.overlay.opaque}. */
    record Folder(Digest diffId, Path path) implements Layer {}
}
