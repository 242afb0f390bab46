package io.gantry.agent.isolation;

import java.util.Optional;

/** Looks at cables of containers. */
@FunctionalInterface
public interface CableFaults {
    /**
     * What is wrong with the one between {@code hostInterface} and {@code inside} of the process; empty if nothing is. Whether there is a way out
     * of the container isn't looked at.
     */
    Optional<String> of(String hostInterface, String inside, int pid);
}
