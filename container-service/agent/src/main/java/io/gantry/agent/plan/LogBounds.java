package io.gantry.agent.plan;

/**
 * How much of its output is kept.
 *
 * @param bytes a log file is rotated before it grows above this
 * @param files so many log files are kept
 */
public record LogBounds(long bytes, int files) {}
