package io.gantry.agent.oci.plan;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import io.gantry.agent.oci.config.BundleConfig.Space;
import io.gantry.agent.oci.config.BundleConfig;
import io.gantry.agent.plan.BundleInsideStep.AwaitStart;
import io.gantry.agent.plan.BundleInsideStep.ChangeMount;
import io.gantry.agent.plan.BundleInsideStep.FindProgram;
import io.gantry.agent.plan.BundleInsideStep.MakeReadOnly;
import io.gantry.agent.plan.BundleStep.CloneMounts;
import io.gantry.agent.plan.BundleStep.FindHome;
import io.gantry.agent.plan.BundleStep.HookState;
import io.gantry.agent.plan.BundleStep.ListenForStart;
import io.gantry.agent.plan.BundleStep.OpenNamespace;
import io.gantry.agent.plan.BundleStep.RunHook;
import io.gantry.agent.plan.BundleStep.SpawnLeaving;
import io.gantry.agent.plan.BundleStep.WriteMappings;
import io.gantry.agent.plan.CommandStep.EnterFolder;
import io.gantry.agent.plan.CommandStep.Execute;
import io.gantry.agent.plan.FileSystemStep.Attach;
import io.gantry.agent.plan.FileSystemStep.LeaveHost;
import io.gantry.agent.plan.FileSystemStep.Mask;
import io.gantry.agent.plan.FileSystemStep.Pivot;
import io.gantry.agent.plan.FileSystemStep.PrivateMounts;
import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.LauncherStep.AwaitExecuted;
import io.gantry.agent.plan.LauncherStep.AwaitFirstProcess;
import io.gantry.agent.plan.LauncherStep.HandOver;
import io.gantry.agent.plan.LauncherStep.SetOomScore;
import io.gantry.agent.plan.MountChange;
import io.gantry.agent.plan.Plan;
import io.gantry.agent.plan.PrivilegeStep.BecomeRoot;
import io.gantry.agent.plan.SettingStep.RaiseLoopback;
import io.gantry.agent.plan.SettingStep.SetDomainname;
import io.gantry.agent.plan.SettingStep.SetHostname;
import io.gantry.agent.plan.SettingStep.WriteSetting;
import io.gantry.agent.plan.Step;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.Sysctls;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the plan of {@code create}: a bundle's container up to the point where it waits for {@code start}. Pure, so that a plan can be read
 * before anything is done.
 */
public final class BundlePlanner {
    private static final Handle ROOT = new Handle("root");
    private static final Handle START = new Handle("start");
    /** The launcher's {@code MAX_SLOTS}. */
    private static final int MOST_HANDLES = 64;
    private static final Map<String, Long> KINDS =
            Map.of(
                    "user", CLONE_NEWUSER, "mount", CLONE_NEWNS, "pid", CLONE_NEWPID, "network", CLONE_NEWNET, "ipc", CLONE_NEWIPC, "uts", CLONE_NEWUTS,
                    "cgroup", CLONE_NEWCGROUP);
    private static final Map<String, Long> PROPAGATIONS =
            Map.of("private", MS_PRIVATE, "slave", MS_SLAVE, "unbindable", MS_UNBINDABLE);

    private BundlePlanner() {}

    public static Plan plan(BundleConfig config, BundleInput input) {
        BundleGroups groups = BundleGroups.of(config.cgroupsPath(), input.id(), input.trees());
        MountSteps mounts = new MountSteps(config, input, groups);
        DeviceSteps devices = new DeviceSteps(config, mounts);
        StreamSteps streams = StreamSteps.of(config.process(), input.console(), false);
        List<Handle> handles = new ArrayList<>(List.of(ROOT, START));
        handles.addAll(streams.handles());
        handles.addAll(mounts.handles());
        if (handles.size() > MOST_HANDLES) {
            throw new BadField("mounts", "mounts has %d that are bound; there is room for %d".formatted(mounts.handles().size(), MOST_HANDLES - handles.size() + mounts.handles().size()));
        }
        List<Step> steps = new ArrayList<>(groups.steps(config));
        steps.addAll(firstProcess(config, input, groups));
        steps.add(new CloneMounts(config.rootPath(), true, List.of(MountChange.spreading(MS_SLAVE, true)), ROOT, "The bundle's root, with all that is mounted in it"));
        steps.addAll(mounts.host());
        steps.add(new FindHome(config.process().uid(), ROOT));
        steps.add(new ListenForStart(input.startSocket(), START));
        steps.addAll(streams.host());
        steps.add(new HandOver(handles));
        steps.addAll(root(config, mounts));
        steps.addAll(devices.inside());
        steps.addAll(streams.inside());
        steps.addAll(mounts.last());
        steps.addAll(settings(config));
        steps.addAll(ProcessSteps.until(config.process(), config.seccomp(), input.kernel()));
        steps.add(new FindProgram(config.process().args(), config.process().env()));
        steps.add(new AwaitStart(START));
        steps.addAll(ProcessSteps.last(config.process(), config.seccomp(), input.kernel()));
        steps.add(new Execute(config.process().args(), config.process().env()));
        steps.add(new AwaitExecuted());
        return new Plan(steps);
    }

    private static List<Step> firstProcess(BundleConfig config, BundleInput input, BundleGroups groups) {
        List<Step> steps = new ArrayList<>();
        List<Handle> entered = new ArrayList<>();
        // a user namespace last: in it, nobody may enter what belongs to another
        config.namespaces().stream().filter(space -> !space.path().isEmpty()).sorted(Comparator.comparing((Space space) -> space.type().equals("user"))).forEach(space -> {
            Handle handle = new Handle(space.type());
            entered.add(handle);
            steps.add(new OpenNamespace(space.type(), space.path(), handle));
        });
        long made = config.namespaces().stream().filter(space -> space.path().isEmpty()).mapToLong(space -> KINDS.get(space.type())).sum();
        steps.add(new SpawnLeaving(groups.unified(), groups.tasks(), made, 0, entered, 0));
        steps.add(new AwaitFirstProcess(made, 0, 0));
        if (config.makes("user")) {
            steps.add(new WriteMappings("uid_map", config.uidMappings()));
            steps.add(new WriteMappings("gid_map", config.gidMappings()));
        }
        config.process().oomScore().ifPresent(score -> steps.add(new SetOomScore(score)));
        HookState state = new HookState(config.ociVersion(), input.id(), "creating", input.bundle(), config.annotations());
        config.hooks().prestart().forEach(hook -> steps.add(hook("prestart", hook, state)));
        config.hooks().createRuntime().forEach(hook -> steps.add(hook("createRuntime", hook, state)));
        return steps;
    }

    /** The first of {@code args} is the program's name for itself, as execve(2) has it. */
    public static RunHook hook(String moment, BundleConfig.Hook hook, HookState state) {
        List<String> command = new ArrayList<>(List.of(hook.path()));
        hook.args().stream().skip(1).forEach(command::add);
        return new RunHook(moment, command, hook.env(), hook.timeoutSeconds(), state);
    }

    private static List<Step> root(BundleConfig config, MountSteps mounts) {
        List<Step> steps = new ArrayList<>();
        if (config.has("user")) {
            steps.add(new BecomeRoot());
        }
        steps.add(new PrivateMounts());
        steps.add(new Attach(ROOT, "/", "Bring the root into the container's mount table"));
        steps.add(new Pivot(ROOT));
        steps.addAll(mounts.sighted());
        steps.add(new LeaveHost());
        steps.addAll(mounts.inside());
        return steps;
    }

    private static List<Step> settings(BundleConfig config) {
        List<Step> steps = new ArrayList<>();
        if (!config.hostname().isEmpty()) {
            steps.add(new SetHostname(config.hostname()));
        }
        if (!config.domainname().isEmpty()) {
            steps.add(new SetDomainname(config.domainname()));
        }
        if (config.makes("network")) {
            steps.add(new RaiseLoopback());
        }
        config.sysctl().forEach((name, value) -> steps.add(new WriteSetting(Sysctls.path(name), value, "Set " + name)));
        steps.add(new EnterFolder(config.process().cwd(), true));
        config.maskedPaths().forEach(path -> steps.add(new Mask(path)));
        config.readonlyPaths().forEach(path -> steps.add(new MakeReadOnly(path)));
        if (config.rootReadOnly()) {
            steps.add(new ChangeMount("/", MountChange.of(MOUNT_ATTR_RDONLY, 0, false), "Nothing changes the root any more"));
        }
        propagation(config.rootPropagation()).ifPresent(steps::add);
        return steps;
    }

    private static Optional<Step> propagation(String word) {
        if (word.isEmpty()) {
            return Optional.empty();
        }
        boolean all = word.startsWith("r");
        String kind = all ? word.substring(1) : word;
        if (kind.equals("shared")) {
            throw new BadField("linux.rootfsPropagation", "linux.rootfsPropagation isn't honoured: " + word + " would let the container's mounts out into the host");
        }
        return Optional.of(new ChangeMount("/", MountChange.spreading(PROPAGATIONS.get(kind), all), "Let mounts pass as linux.rootfsPropagation says"));
    }
}
