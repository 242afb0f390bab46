package io.gantry.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code -Dseed=n} runs that seed alone. */
class SchedulerSimulation {
    private static final int SEEDS = 150;

    @Test
    void endsAsWantedWhateverBreaks() {
        each(false, false);
    }

    @Test
    void losesNoReadyReplicaWhileNothingBreaks() {
        each(true, false);
    }

    @Test
    void aGlobalDeploymentEndsOnEachNodeThatItIsForWhateverBreaks() {
        each(false, true);
    }

    @Test
    void aGlobalDeploymentLeavesNoNodeThatItIsForWhileNothingBreaks() {
        each(true, true);
    }

    private static void each(boolean calm, boolean global) {
        String only = System.getProperty("seed");
        long first = only == null ? 0 : Long.parseLong(only);
        long last = only == null ? SEEDS - 1 : first;
        int waitedForImages = 0;
        for (long seed = first; seed <= last; seed++) {
            try {
                Cluster cluster = new Cluster(seed, calm, global);
                cluster.run(Duration.ofMinutes(3), Duration.ofMinutes(7));
                waitedForImages += cluster.waitedForImages();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + (calm ? " (calm)" : "") + (global ? " (global)" : "") + ": " + e.getMessage(), e);
            }
        }
        if (only == null) {
            assertThat(waitedForImages).as("replicas that left before another came").isPositive();
        }
    }
}
