package io.gantry.agent.plan;

import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWIPC;
import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWNET;
import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWPID;

import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.namespaces.Namespaces;
import java.util.List;
import java.util.Map;

/**
 * What the first process prepares follows from this. Whatever isn't {@linkplain #usual usual} no parked process has done.
 *
 * @param views of its control groups
 * @param own {@code CLONE_NEW*} that are made for it
 * @param hosts those that it has together with the host; it shares the rest with another container
 * @param privileged whether nothing is hidden from it or read-only
 * @param procView whether this host can show a container its own limits in {@code /proc}
 */
public record Staging(List<CgroupHierarchy.View> views, long own, long hosts, boolean privileged, boolean procView, Map<String, String> sysctls) {
    /** What nearly every container has. */
    public static Staging usual(List<CgroupHierarchy.View> views, boolean procView) {
        return new Staging(views, Namespaces.ALL, 0, false, procView, Map.of());
    }

    /** Who sees the host's processes sees the host; and a privileged container may mount a {@code /proc} of its own as long as nothing lies on this one. */
    public boolean fitted() {
        return procView && !privileged && !hostPid();
    }

    public boolean ownsNetwork() {
        return (own & CLONE_NEWNET) != 0;
    }

    public boolean hostNetwork() {
        return (hosts & CLONE_NEWNET) != 0;
    }

    public boolean hostPid() {
        return (hosts & CLONE_NEWPID) != 0;
    }

    public boolean hostIpc() {
        return (hosts & CLONE_NEWIPC) != 0;
    }
}
