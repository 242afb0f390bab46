package io.gantry.agent.image;

import io.gantry.contracts.unit.Digest;
import java.nio.file.Path;

/**
 * A read-only layer on this host, whole and checked. In its files deletions are 0/0 character devices, and replaced folders carry
 * {@code trusted.overlay.opaque}.
 */
public sealed interface Layer {
    /** Its diff id; the {@link Chain#name name of its chain} where it isn't the same layer above others. */
    Digest name();

    /** Where its files are; overlayfs stacks both forms alike. */
    Path path();

    /** Unpacked. */
    record Folder(Digest name, Path path) implements Layer {}

    /** An EROFS image; {@code path} is where it is mounted, once for all containers. */
    record Image(Digest name, Path path) implements Layer {}
}
