package io.gantry.agent.plan;

/** Characters; what somebody said whose terminal shows it. */
public record TerminalSize(int rows, int columns) {}
