package io.gantry.agent.oci.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a plan depends on besides the bundle.
 *
 * @param startSocket where the first process is to listen for the word to start
 * @param console who gets the terminal's other end
 * @param sources of all binds: whether they are folders; those that aren't there are missing
 * @param kernel its release, {@code 6.18.0}
 */
public record BundleInput(
        String id, String bundle, String startSocket, Optional<String> console, Trees trees, Map<String, Boolean> sources, String kernel) {
    public BundleInput {
        sources = Map.copyOf(sources);
    }

    /**
     * The cgroup trees of this host: v1's and v2's beside them, or v2's alone.
     *
     * @param mount {@code /sys/fs/cgroup}
     * @param controllers folders below it that hold a v1 tree, {@code memory}
     * @param named of them, those that hold no controller and are called by a name
     * @param passed controllers of a v2 tree that stands alone; empty beside v1's
     */
    public record Trees(String mount, List<String> controllers, List<String> named, List<String> passed) {
        public static final String UNIFIED = "unified";

        public Trees {
            controllers = List.copyOf(controllers);
            named = List.copyOf(named);
            passed = passed == null ? List.of() : List.copyOf(passed);
        }

        /** A v2 tree without any of v1. */
        public static Trees alone(String mount, List<String> passed) {
            return new Trees(mount, List.of(), List.of(), passed);
        }

        public boolean alone() {
            return controllers.isEmpty();
        }

        String unified() {
            return alone() ? mount : mount + "/" + UNIFIED;
        }
    }
}
