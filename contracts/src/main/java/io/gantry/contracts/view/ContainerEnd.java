package io.gantry.contracts.view;

/**
 * How a container ended.
 *
 * @param error why it could not be started; {@code null} if it ran
 */
public record ContainerEnd(int exitCode, String error) {}
