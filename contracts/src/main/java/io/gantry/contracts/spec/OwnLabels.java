package io.gantry.contracts.spec;

/** Labels that mean something to the platform itself. */
public final class OwnLabels {
    /** {@code true}: the same as {@link ContainerSpec#autoRemove()}, from before that was. */
    public static final String AUTO_REMOVE = "io.gantry.docker.auto-remove";

    /** Of whatever was made by somebody who is let into a part of the platform alone, see {@link Scope}. */
    public static final String SCOPE = "io.gantry.scope";

    /** Of a volume that a step of a build had as a cache, and the next ones have, too. */
    public static final String BUILD_CACHE = "io.gantry.build.cache";

    private OwnLabels() {}
}
