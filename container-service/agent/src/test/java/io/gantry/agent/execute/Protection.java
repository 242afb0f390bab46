package io.gantry.agent.execute;

import io.gantry.agent.plan.FileSystemStep.Attach;
import io.gantry.agent.plan.FileSystemStep.CoverRoot;
import io.gantry.agent.plan.FileSystemStep.LeaveHost;
import io.gantry.agent.plan.FileSystemStep.MakeFile;
import io.gantry.agent.plan.FileSystemStep.MakeFolder;
import io.gantry.agent.plan.FileSystemStep.Mask;
import io.gantry.agent.plan.FileSystemStep.Mount;
import io.gantry.agent.plan.FileSystemStep.Move;
import io.gantry.agent.plan.FileSystemStep.Pivot;
import io.gantry.agent.plan.FileSystemStep.PrivateMounts;
import io.gantry.agent.plan.FileSystemStep.ReadOnly;
import io.gantry.agent.plan.FileSystemStep.ShowProcView;
import io.gantry.agent.plan.FileSystemStep.Stage;
import io.gantry.agent.plan.HostStep;
import io.gantry.agent.plan.LauncherStep.AwaitExecuted;
import io.gantry.agent.plan.LauncherStep.HandOver;
import io.gantry.agent.plan.LauncherStep.Prepare;
import io.gantry.agent.plan.LauncherStep.Release;
import io.gantry.agent.plan.LauncherStep.SpawnLauncher;
import io.gantry.agent.plan.LauncherStep.WriteIdMap;
import io.gantry.agent.plan.MountFlags;
import io.gantry.agent.plan.Plan;
import io.gantry.agent.plan.PrivilegeStep.BecomeRoot;
import io.gantry.agent.plan.PrivilegeStep.KeepBounding;
import io.gantry.agent.plan.PrivilegeStep.NoNewPrivileges;
import io.gantry.agent.plan.PrivilegeStep.Seccomp;
import io.gantry.agent.plan.PrivilegeStep.SetCapabilities;
import io.gantry.agent.plan.SettingStep.RaiseLoopback;
import io.gantry.agent.plan.SettingStep.WriteSetting;
import io.gantry.agent.plan.Step;
import io.gantry.agent.plan.TreeStep.MakeDevices;
import io.gantry.agent.plan.TreeStep.MountOverlay;
import io.gantry.agent.plan.rule.DevicesRule;
import io.gantry.contracts.unit.Capability;
import io.gantry.kernel.syscall.LinuxHeader;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One thing that holds a container, and the plan of a start without it. What can't be done without it goes too: a procfs, for
 * example, isn't mounted where the pid namespace is the host's.
 */
enum Protection {
    SYSTEM_CALL_FILTER(steps -> without(steps, Seccomp.class)),
    FEW_CAPABILITIES(steps -> each(steps, step -> switch (step) {
        case KeepBounding _ -> new KeepBounding(all());
        case SetCapabilities _ -> new SetCapabilities(all());
        default -> step;
    })),
    /** Without it a filter is set while that is still allowed to root. */
    NO_NEW_PRIVILEGES(steps -> {
        List<Step> rest = without(steps, NoNewPrivileges.class);
        rest.stream().filter(Seccomp.class::isInstance).findFirst().ifPresent(filter -> {
            rest.remove(filter);
            rest.add(indexOf(rest, KeepBounding.class), filter);
        });
        return rest;
    }),
    MASKED_PATHS(steps -> without(steps, Mask.class)),
    READ_ONLY_PATHS(steps -> without(steps, ReadOnly.class)),
    READ_ONLY_SYSFS(steps -> each(steps, step -> step instanceof Mount mount && mount.type().equals("sysfs")
            ? new Mount("sysfs", "/sys", "sysfs", MountFlags.of(MountFlags.Flag.NOSUID), "", mount.why())
            : step)),
    USER_NAMESPACE(steps -> each(outside(without(steps, WriteIdMap.class), LinuxHeader.CLONE_NEWUSER), step ->
            step instanceof MakeDevices devices ? new MakeDevices(0, devices.result()) : step)),
    PID_NAMESPACE(steps -> withoutMount(without(without(outside(steps, LinuxHeader.CLONE_NEWPID), WriteSetting.class), ShowProcView.class), "proc")),
    NETWORK_NAMESPACE(steps -> withoutGroupViews(withoutMount(
            without(without(without(outside(steps, LinuxHeader.CLONE_NEWNET), RaiseLoopback.class), WriteSetting.class), ShowProcView.class), "sysfs"))),
    IPC_NAMESPACE(steps -> withoutMount(outside(steps, LinuxHeader.CLONE_NEWIPC), "mqueue")),
    CGROUP_NAMESPACE(steps -> withoutGroupViews(outside(steps, LinuxHeader.CLONE_NEWCGROUP))),
    DEVICE_GROUP(steps -> each(steps, step -> step instanceof SpawnLauncher spawn
            ? new SpawnLauncher(
                    spawn.unified(), spawn.tasks().stream().filter(file -> !file.contains("/devices/")).toList(), spawn.made(), spawn.joined(), spawn.target())
            : step)),
    NO_DEVICES_OF_THE_IMAGE(steps -> each(steps, step -> step instanceof MountOverlay(var lowers, var writable, var synced, _, var result)
            ? new MountOverlay(lowers, writable, synced, true, result)
            : step)),
    LEAVING_THE_HOSTS_FILES(steps -> each(without(steps, LeaveHost.class), step -> step instanceof CoverRoot(var root) ? new Pivot(root) : step)),
    /** Without it places to mount on are found as older runtimes do: by their paths on the host, before the root is changed. */
    MOUNTING_INSIDE(Protection::byPathsOfTheHost);

    private final UnaryOperator<List<Step>> change;

    Protection(UnaryOperator<List<Step>> change) {
        this.change = change;
    }

    static Plan without(Plan plan, Set<Protection> off) {
        List<Step> steps = new ArrayList<>(plan.steps());
        for (Protection each : off) {
            steps = new ArrayList<>(each.change.apply(steps));
        }
        return new Plan(steps);
    }

    /** SYS_RESOURCE may be lacking to the host's root itself, as in the containers that tests often run in. */
    private static Set<Capability> all() {
        return EnumSet.complementOf(EnumSet.of(Capability.SYS_RESOURCE));
    }

    private static List<Step> each(List<Step> steps, UnaryOperator<Step> change) {
        return steps.stream().map(change).toList();
    }

    private static List<Step> without(List<Step> steps, Class<? extends Step> kind) {
        List<Step> rest = new ArrayList<>(steps);
        rest.removeIf(kind::isInstance);
        return rest;
    }

    /** They lie in sysfs, and show what the cgroup namespace shows. */
    private static List<Step> withoutGroupViews(List<Step> steps) {
        List<Step> rest = new ArrayList<>(steps);
        rest.removeIf(step -> step instanceof Mount mount && mount.target().startsWith("/sys/fs/cgroup"));
        rest.removeIf(step -> step instanceof MakeFolder folder && folder.path().startsWith("/sys/fs/cgroup"));
        return rest;
    }

    private static List<Step> withoutMount(List<Step> steps, String type) {
        List<Step> rest = new ArrayList<>(steps);
        Set<String> targets = new HashSet<>();
        rest.removeIf(step -> step instanceof Mount mount && mount.type().equals(type) && targets.add(mount.target()));
        rest.removeIf(step -> step instanceof Move move && targets.contains(move.from()));
        return rest;
    }

    private static int indexOf(List<Step> steps, Class<? extends Step> kind) {
        return steps.indexOf(steps.stream().filter(kind::isInstance).findFirst().orElseThrow());
    }

    private static List<Step> outside(List<Step> steps, long namespace) {
        return each(steps, step -> step instanceof SpawnLauncher spawn
                ? new SpawnLauncher(spawn.unified(), spawn.tasks(), spawn.made() & ~namespace, spawn.joined(), spawn.target())
                : step);
    }

    /** A place that everybody may pass through: the first process is nobody to the host. */
    static final String PLACE = "/tmp/gantry-escape-place";

    /** Nothing is prepared elsewhere and moved, all is mounted where a path of the host's leads to. */
    private static List<Step> byPathsOfTheHost(List<Step> steps) {
        List<Step> host = new ArrayList<>();
        List<Step> first = new ArrayList<>();
        List<Step> before = new ArrayList<>();
        List<Step> after = new ArrayList<>();
        for (Step step : steps) {
            switch (step) {
                case Prepare _, Release _, Stage _, ShowProcView _, LeaveHost _, Move _ -> { }
                case MakeFolder make when make.path().startsWith("/new") -> { }
                case HandOver(var handles) -> host.add(new HandOver(Stream.concat(handles.stream(), Stream.of(DevicesRule.DEVICES)).toList()));
                case HostStep other when !(other instanceof AwaitExecuted) -> host.add(other);
                case BecomeRoot _, PrivateMounts _ -> first.add(step);
                case Attach attach when attach.path().equals("/new") -> first.add(new Attach(attach.mount(), PLACE, attach.why()));
                case Attach attach -> before.add(new Attach(attach.mount(), PLACE + attach.path(), attach.why()));
                case MakeFolder make -> before.add(new MakeFolder(PLACE + make.path(), make.mode()));
                case MakeFile make -> before.add(new MakeFile(PLACE + make.path()));
                case Mount mount when !mount.type().isEmpty() ->
                        before.add(new Mount(mount.source(), PLACE + mount.target(), mount.type(), mount.flags(), mount.data(), mount.why()));
                case CoverRoot(var root) -> after.addAll(0, List.of(new Pivot(root), new LeaveHost()));
                case Step other -> after.add(other);
            }
        }
        return Stream.of(host, first, before, after).flatMap(List::stream).toList();
    }
}
