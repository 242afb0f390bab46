package io.gantry.contracts.spec;

/** Labels of a container that mean something to the platform itself. */
public final class OwnLabels {
    /** {@code true}: the gateway removes it when it has ended, whoever is still there. */
    public static final String AUTO_REMOVE = "io.gantry.docker.auto-remove";

    private OwnLabels() {}
}
