package io.gantry.agent.oci.command;

import io.gantry.agent.oci.plan.BundleGroups;
import io.gantry.agent.oci.plan.BundleInput;
import java.time.Instant;
import java.util.Map;

/**
 * What is kept of a container between commands.
 *
 * @param pid of its first process in this command's pid namespace; 0 before it is there
 * @param startTicks field 22 of its {@code /proc/<pid>/stat}: with the pid, who it is
 * @param groupsPath of its control groups in each of {@code trees}
 */
record BundleState(
        String ociVersion, String id, int pid, long startTicks, String bundle, String rootfs, Instant created, String owner, BundleInput.Trees trees,
        String groupsPath, Map<String, String> annotations) {
    BundleState {
        annotations = annotations == null ? Map.of() : Map.copyOf(annotations);
    }

    BundleState begun(int process, long ticks) {
        return new BundleState(ociVersion, id, process, ticks, bundle, rootfs, created, owner, trees, groupsPath, annotations);
    }

    BundleGroups groups() {
        return new BundleGroups(trees, groupsPath);
    }
}
