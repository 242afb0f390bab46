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
import io.gantry.kernel.namespaces.IdRange;
import io.gantry.kernel.namespaces.Namespaces;
import io.gantry.kernel.process.ResourceLimit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a plan follows from.
 *
 * @param slot the container's name in the cgroup trees
 * @param places the folder that is the lowest layer of every container, with places to mount on
 * @param names the folder of the files that become its {@code /etc/hosts} and the like
 * @param folder the container's folder, which holds its writable layer, log and exit status
 * @param socketFolder its folder for sockets, with a short path
 * @param seccompFilter for its system calls, as the kernel takes it; empty for none
 * @param ceilings the agent's own hard limits: nobody below can have more
 * @param deviceNumbers for each disk whose rate the spec limits, {@code 253:0}
 * @param tornLayer the host went down while its writable layer was mounted without syncing
 * @param volumes the folder that the node's volumes are in
 * @param grants folders of the host that containers may have
 * @param devices of the host that this node grants
 * @param lender whose namespaces it shares; {@code range} is that one's then
 * @param cores where it may run, since some are had alone; empty for wherever it asks for
 * @param keepers by what each folder is kept to its size, where it has one
 * @param other what makes its first process in our launcher's place; empty if nothing does
 * @param procView whether this host can show it its limits in {@code /proc}
 * @param hostFiles what {@code hosts} and the like say on the host, for namespaces that are the host's
 */
public record PlanInput(
        RunRequest request,
        String slot,
        IdRange range,
        String places,
        String names,
        String folder,
        String socketFolder,
        CgroupHierarchy cgroups,
        Map<ResourceLimit, Long> ceilings,
        long logBytes,
        int logFiles,
        byte[] seccompFilter,
        Map<String, String> deviceNumbers,
        boolean tornLayer,
        String volumes,
        List<HostGrant> grants,
        List<HostDevice> devices,
        Optional<Lender> lender,
        Optional<CoreSet> cores,
        Map<String, SizeKeeper> keepers,
        Optional<OciRuntime> other,
        boolean procView,
        Map<String, String> hostFiles) {
    public ContainerSpec spec() {
        return request.container().spec();
    }

    /** Its groups with its limits. */
    public List<CgroupHierarchy.Group> groups() {
        return cgroups.groups(slot, limits());
    }

    public Limits limits() {
        return GroupLimits.of(spec().resources(), deviceNumbers);
    }

    public Limits limitsOn(CoreSet some) {
        return GroupLimits.of(spec().resources().boundTo(some.list()), deviceNumbers);
    }

    /** By these files a process joins the groups that it isn't born in. */
    public List<String> tasks() {
        return groups().stream().filter(group -> !group.born()).map(CgroupHierarchy.Group::tasks).toList();
    }

    public ProcessLimits processLimits() {
        return ProcessLimits.of(spec().resources().rlimits(), ceilings);
    }

    /** By what that folder is kept to its size. */
    public SizeKeeper keeper(String folder) {
        return Optional.ofNullable(keepers.get(folder)).orElseThrow(() -> new IllegalArgumentException("nobody has looked what keeps " + folder + " to its size"));
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
        return new Staging(cgroups.views(limits()), own(), hosts(), spec().security().privileged(), procView, spec().security().sysctls());
    }

    /** It goes with the network: whoever shares that has the other's name. */
    public String hostname() {
        return shares(CLONE_NEWNET) ? lender.orElseThrow().hostname() : hostname(request.container());
    }

    public static String hostname(Desired.Container container) {
        String asked = container.spec().hostname();
        return asked == null || asked.isEmpty() ? container.id().shortForm() : asked;
    }

    public String user() {
        return spec().user() == null ? request.container().image().config().user() : spec().user();
    }
}
