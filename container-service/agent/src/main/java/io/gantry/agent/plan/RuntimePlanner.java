package io.gantry.agent.plan;

import io.gantry.agent.plan.MakerStep.Bring;
import io.gantry.agent.plan.MakerStep.CoverNull;
import io.gantry.agent.plan.MakerStep.LayProgram;
import io.gantry.agent.plan.MakerStep.LeaveTree;
import io.gantry.agent.plan.MakerStep.Make;
import io.gantry.agent.plan.MakerStep.MakeBench;
import io.gantry.agent.plan.MakerStep.OpenOutput;
import io.gantry.agent.plan.MakerStep.WriteConfig;
import io.gantry.agent.runtime.OciRuntime;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.cgroup.HybridHierarchy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Makes of the plan of a container of our own one in which another runtime makes the first process. All that is done on the host stays as it is,
 * and so does the monitor; what the first process would do is told to the runtime. The network is plugged in between its two verbs, as the pid is
 * known then and nothing of the container runs.
 */
final class RuntimePlanner {
    private static final Handle WORDS = new Handle("words");
    private static final Handle PROGRAM = new Handle("program");
    private static final String GROUPS = "/sys/fs/cgroup";

    /** The launcher's {@code MAX_SLOTS}. */
    private static final int MOST = 64;

    private RuntimePlanner() {}

    static Plan plan(Plan own, PlanInput input, OciRuntime runtime) {
        Parts parts = Parts.of(own);
        Map<String, String> paths = paths(input);
        List<Handle> handed = handed(parts, seen(input));
        Function<Handle, String> places = handle -> "%s/%d-%s".formatted(MakerStep.BENCH, handed.indexOf(handle), handle.name().replaceAll("[^\\w.-]", "_"));
        RuntimeConfig config = new RuntimeWords(places, seen(input)).of(own, input.slot().range(), input.spec().resources().oomScore());
        String id = input.request().container().id().value();

        List<Step> steps = new ArrayList<>(parts.before());
        seen(input).forEach((place, group) -> steps.add(new TreeStep.CloneKernelTree(paths.get(place), true, group, "Take along what the container sees at " + place)));
        steps.add(new RuntimeStep.AwaitMaker());
        steps.add(parts.name());
        steps.add(new LauncherStep.AwaitMonitor());
        steps.add(new RuntimeStep.KeepWords(WORDS));
        steps.add(new RuntimeStep.LendProgram(PROGRAM));
        List<Handle> all = new ArrayList<>(handed);
        all.addAll(List.of(WORDS, PROGRAM));
        steps.add(handOver(all));
        steps.add(new MakeBench());
        if (input.host().cgroups() instanceof HybridHierarchy both) {
            steps.add(new LeaveTree(both.unifiedRoot()));
        }
        handed.forEach(handle -> steps.add(new Bring(handle, places.apply(handle), "Put " + handle + " where the runtime finds it")));
        steps.add(new CoverNull(places.apply(parts.devices()) + "/null"));
        steps.add(new LayProgram(PROGRAM));
        if (config.command().terminal().isPresent()) {
            // what the terminal is mounted at
            steps.add(new FileSystemStep.MakeFile(places.apply(parts.devices()) + "/console"));
        } else {
            steps.add(new OpenOutput(input.spec().stdin(), input.slot().range()));
        }
        steps.add(new WriteConfig(MakerStep.BENCH + "/config.json", config));
        steps.add(new Make(runtime, id, config.command().terminal().isPresent(), WORDS));
        steps.add(new RuntimeStep.AwaitMade(runtime.name()));
        steps.addAll(parts.meanwhile());
        steps.add(new LauncherStep.Release(List.of(WORDS)));
        steps.add(new MakerStep.Start(runtime, id, WORDS));
        steps.addAll(parts.last());
        return new Plan(steps);
    }

    /**
     * Of the plan of our own.
     *
     * @param before on the host, until there is a process
     * @param meanwhile on the host, while the container waits
     * @param last the command, and that it runs
     */
    private record Parts(List<Step> before, LauncherStep.NameMonitor name, LauncherStep.HandOver handOver, Handle devices, List<Step> meanwhile, List<Step> last) {
        static Parts of(Plan own) {
            List<Step> before = new ArrayList<>();
            List<Step> meanwhile = new ArrayList<>();
            List<Step> last = new ArrayList<>();
            LauncherStep.NameMonitor name = null;
            LauncherStep.HandOver handOver = null;
            Handle devices = null;
            for (Step step : own.steps()) {
                switch (step) {
                    case LauncherStep.SpawnLauncher spawn -> before.add(new RuntimeStep.SpawnMaker(spawn.unified(), spawn.tasks()));
                    case LauncherStep.NameMonitor found -> name = found;
                    case LauncherStep.HandOver found -> handOver = found;
                    case CommandStep.Execute _, LauncherStep.AwaitExecuted _ -> last.add(step);
                    case LauncherStep.AwaitFirstProcess _, LauncherStep.WriteIdMap _, LauncherStep.SetOomScore _, LauncherStep.Prepare _, LauncherStep.AwaitMonitor _,
                            LauncherStep.Release _, InsideStep _ -> {
                        // the runtime's, or in another place
                    }
                    case TreeStep.MakeDevices made -> {
                        devices = made.result();
                        before.add(made);
                    }
                    case HostStep _, BundleStep _ -> (handOver == null ? before : meanwhile).add(step);
                }
            }
            return new Parts(before, name, handOver, devices, meanwhile, last);
        }
    }

    private static List<Handle> handed(Parts parts, Map<String, Handle> groups) {
        List<Handle> handed = new ArrayList<>(parts.handOver().handles());
        handed.add(parts.devices());
        handed.addAll(groups.values());
        return List.copyOf(handed);
    }

    private static LauncherStep.HandOver handOver(List<Handle> all) {
        if (all.size() > MOST) {
            throw new IllegalArgumentException("the container has %d mounts too many for this runtime class".formatted(all.size() - MOST));
        }
        return new LauncherStep.HandOver(all);
    }

    /** Its control groups on the host, by where the container sees them. */
    private static Map<String, String> paths(PlanInput input) {
        Map<String, String> paths = new TreeMap<>();
        List<CgroupHierarchy.Group> groups = input.groups();
        for (CgroupHierarchy.View view : input.host().cgroups().views(input.limits())) {
            CgroupHierarchy.Group group = groups.stream().filter(one -> view.target().isEmpty() || one.controller().equals(view.target())).findFirst().orElseThrow();
            paths.put(view.target().isEmpty() ? GROUPS : GROUPS + "/" + view.target(), group.path());
        }
        return paths;
    }

    private static Map<String, Handle> seen(PlanInput input) {
        Map<String, Handle> seen = new TreeMap<>();
        paths(input).keySet().forEach(place -> seen.put(place, new Handle("group" + place.substring(GROUPS.length()).replace('/', ':'))));
        return seen;
    }
}
