package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import java.time.Instant;

/**
 * A line that a container has written.
 *
 * @param stream {@code stdout} or {@code stderr}
 * @param full {@code false} for the first parts of a line that is too long for one
 */
public record LogEntry(@Always Instant time, @Always String stream, @Always String text, boolean full) {}
