package io.gantry.agent.runtime;

/**
 * Another OCI runtime of this host, and the class of containers that it makes.
 *
 * @param name of the class
 * @param program absolute path
 * @param version as it says itself
 */
public record OciRuntime(String name, String program, String version) {}
