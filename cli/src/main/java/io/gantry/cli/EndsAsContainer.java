package io.gantry.cli;

/** A command whose exit code is that of a process in a container; its own failures are {@link Gantry#PLATFORM_ERROR}. */
public interface EndsAsContainer {}
