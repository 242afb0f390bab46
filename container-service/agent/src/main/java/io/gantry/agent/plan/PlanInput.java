package io.gantry.agent.plan;

import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWIPC;
import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWNET;
import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWPID;
import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWUTS;

import io.gantry.agent.runtime.OciRuntime;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.cgroup.CoreSet;
import io.gantry.kernel.cgroup.Limits;
import io.gantry.kernel.namespaces.Namespaces;
import java.util.List;
import java.util.Optional;

/**
 * All that a plan follows from.
 *
 * @param seccompFilter for its system calls, as the kernel takes it; empty for none
 * @param lender whose namespaces it shares
 * @param cores where it may run, since some are had alone; empty for wherever it asks for
 * @param terminal its size, as far as somebody who waits for it has said one
 * @param other what makes its first process in our launcher's place; empty if nothing does
 */
public record PlanInput(
        RunRequest request,
        Slot slot,
        PlanFolders folders,
        HostFacts host,
        HostGrants granted,
        LogBounds log,
        byte[] seccompFilter,
        LayerState layer,
        Optional<Lender> lender,
        Optional<CoreSet> cores,
        Optional<TerminalSize> terminal,
        Optional<OciRuntime> other) {
    public ContainerSpec spec() {
        return request.container().spec();
    }

    /** Its groups with its limits. */
    public List<CgroupHierarchy.Group> groups() {
        return host.cgroups().groups(slot.name(), limits());
    }

    public Limits limits() {
        return GroupLimits.of(spec().resources(), host.deviceNumbers());
    }

    public Limits limitsOn(CoreSet some) {
        return GroupLimits.of(spec().resources().boundTo(some.list()), host.deviceNumbers());
    }

    /** The group that its processes are born into. */
    public String unified() {
        return host.cgroups().unified(slot.name());
    }

    /** By these files a process joins the groups that it isn't born in. */
    public List<String> tasks() {
        return groups().stream().filter(group -> !group.born()).map(CgroupHierarchy.Group::tasks).toList();
    }

    public ProcessLimits processLimits() {
        return ProcessLimits.of(spec().resources().rlimits(), host.ceilings());
    }

    /** A person may stop the container and start it again and expects what it wrote; replicas and steps of builds are made anew. */
    public boolean keepsLayer() {
        return keepsLayer(request.container());
    }

    public static boolean keepsLayer(Desired.Container container) {
        return container.owner() instanceof Owner.Person;
    }

    /** {@code CLONE_NEW*} that it shares with its lender. */
    public long shared() {
        return lender.map(Lender::namespaces).orElse(0L);
    }

    /** {@code CLONE_NEW*} that it has together with the host. */
    private long hosts() {
        var asked = spec().namespaces();
        return (spec().hostNetwork() ? CLONE_NEWNET : 0) | (asked.hostPid() ? CLONE_NEWPID : 0) | (asked.hostIpc() ? CLONE_NEWIPC : 0) | (asked.hostUts() ? CLONE_NEWUTS : 0);
    }

    public boolean isHosts(long namespace) {
        return (hosts() & namespace) != 0;
    }

    /** {@code CLONE_NEW*} that are made for it. */
    public long own() {
        return Namespaces.ALL & ~shared() & ~hosts();
    }

    public boolean owns(long namespace) {
        return (own() & namespace) != 0;
    }

    public boolean shares(long namespace) {
        return lender.map(one -> one.lends(namespace)).orElse(false);
    }

    public Staging staging() {
        return new Staging(host.cgroups().views(limits()), own(), hosts(), spec().security().privileged(), host.procView(), spec().security().sysctls());
    }

    /** It goes with the network: whoever shares that has the other's name. */
    public String hostname() {
        return shares(CLONE_NEWNET) ? lender.orElseThrow().hostname() : hostname(request.container());
    }

    /** Empty for none. */
    public String domainname() {
        return shares(CLONE_NEWNET) ? lender.orElseThrow().domainname() : domainname(request.container());
    }

    public static String domainname(Desired.Container container) {
        String asked = container.spec().domainname();
        return asked == null ? "" : asked;
    }

    public static String hostname(Desired.Container container) {
        String asked = container.spec().hostname();
        return asked == null || asked.isEmpty() ? container.id().shortForm() : asked;
    }

    public String user() {
        return spec().user() == null ? request.container().image().config().user() : spec().user();
    }
}
