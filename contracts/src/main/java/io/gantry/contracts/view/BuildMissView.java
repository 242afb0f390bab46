package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;

/**
 * Why a step of a build took nothing from an earlier one.
 *
 * @param subject what is other: a file, an argument, a step; absent where there is nothing to name
 * @param detail for people
 */
public record BuildMissView(@Always Reason reason, String subject, @Always String detail) {
    public enum Reason {
        /** The build was asked to take nothing from before. */
        NO_CACHE,
        /** No build that is known had this instruction. */
        NEW,
        /** It was made, and is gone: forgotten by a prune, or collected. */
        GONE,
        /** What it goes on is other: a step before it, or the base image. */
        BELOW,
        INSTRUCTION,
        ARGUMENT,
        /** Environment, folder or user of the image so far. */
        SETTINGS,
        MOUNT,
        FILE_CHANGED,
        FILE_ADDED,
        FILE_REMOVED,
        SOURCE_DATE
    }
}
