package io.gantry.contracts.view;

import java.time.Instant;

/**
 * What stands at a path in a container; a link stands for itself.
 *
 * @param name the last part of the path; {@code /} for the root
 * @param size in bytes, of a file
 * @param mode as in st_mode: the kind of file and twelve permission bits
 * @param linkTarget where a link leads, as a path inside; {@code null} otherwise
 */
public record PathStat(String name, long size, int mode, Instant modified, String linkTarget) {
    /** The header that agents and REST say it in, as JSON in base64url. */
    public static final String HEADER = "Gantry-Path-Stat";
}
