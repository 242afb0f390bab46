package io.gantry.agent.plan;

import io.gantry.agent.plan.CableStep.MakeVeth;
import io.gantry.agent.plan.HostStep.MakeCgroup;
import io.gantry.agent.plan.HostStep.SetLimit;
import io.gantry.agent.plan.LauncherStep.AwaitFirstProcess;
import io.gantry.agent.plan.LauncherStep.SpawnLauncher;
import io.gantry.agent.plan.LauncherStep.WriteIdMap;
import io.gantry.agent.plan.TreeStep.MakeDevices;
import io.gantry.agent.plan.TreeStep.MapOwners;
import io.gantry.agent.plan.rule.DevicesRule;
import io.gantry.agent.plan.rule.NamesRule;
import io.gantry.agent.plan.rule.ProcViewRule;
import io.gantry.agent.plan.rule.RootFileSystemRule;
import io.gantry.agent.plan.rule.StageRule;
import io.gantry.contracts.unit.Bytes;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.cgroup.Limits;
import io.gantry.kernel.namespaces.IdRange;
import io.gantry.kernel.namespaces.Namespaces;
import java.util.ArrayList;
import java.util.List;

/**
 * What can be done before anybody asks for a container: all steps that are the same whichever comes, for they follow from its slot alone.
 * They take most of a start: the kernel makes namespaces and a veth pair slowly, and mounts are many.
 *
 * <p>These steps stand in a container's plan, too, equal to the last field; a plan that has them all is carried on from where a parked
 * process waits. One that differs, such as a container without a network, begins anew.
 */
public final class Parking {
    /** The values don't matter: a container's limits are set when it comes. */
    private static final Limits ANY = Limits.of(Bytes.mebi(1), 1);

    private Parking() {}

    /** All as in {@link PlanInput} and {@link PlanFolders}. */
    public static List<Step> steps(Slot slot, String places, String names, CgroupHierarchy cgroups, boolean procView) {
        Staging staging = Staging.usual(cgroups.views(ANY), procView);
        List<Step> steps = new ArrayList<>();
        List<CgroupHierarchy.Group> groups = cgroups.groups(slot.name(), ANY);
        for (CgroupHierarchy.Group group : groups) {
            steps.add(new MakeCgroup(group.controller(), group.path()));
            if (group.controller().equals("cpuset")) {
                // a new one is empty, and nothing could join it
                group.setup().forEach(setting -> steps.add(new SetLimit(group.path(), setting)));
            }
        }
        steps.add(new SpawnLauncher(cgroups.unified(slot.name()), groups.stream().filter(group -> !group.born()).map(CgroupHierarchy.Group::tasks).toList(), Namespaces.ALL, 0, 0));
        steps.add(new MapOwners(slot.range(), RootFileSystemRule.OWNERS));
        steps.add(RootFileSystemRule.places(places));
        steps.addAll(NamesRule.files(names));
        steps.add(new MakeDevices(slot.range().first(), DevicesRule.DEVICES));
        steps.addAll(ProcViewRule.made(staging, cgroups.sizes(slot.name())));
        steps.add(new AwaitFirstProcess(Namespaces.ALL, 0, 0));
        steps.add(new WriteIdMap("uid_map", slot.range()));
        steps.add(new WriteIdMap("gid_map", slot.range()));
        steps.addAll(StageRule.steps(staging));
        steps.add(new MakeVeth(cable(slot.range())));
        return List.copyOf(steps);
    }

    /** Unique on this kernel as the range is, at most 15 characters. */
    public static String cable(IdRange range) {
        return "gp%x".formatted(range.first());
    }
}
