package io.gantry.agent.plan.rule;

import static io.gantry.agent.plan.MountFlags.Flag.BIND;
import static io.gantry.agent.plan.MountFlags.Flag.REC;

import io.gantry.agent.plan.FileSystemStep.Attach;
import io.gantry.agent.plan.FileSystemStep.Link;
import io.gantry.agent.plan.FileSystemStep.MakeFile;
import io.gantry.agent.plan.FileSystemStep.MakeFolder;
import io.gantry.agent.plan.FileSystemStep.Mount;
import io.gantry.agent.plan.FileSystemStep.OwnMounts;
import io.gantry.agent.plan.FileSystemStep.PivotOver;
import io.gantry.agent.plan.FileSystemStep.PrivateMounts;
import io.gantry.agent.plan.FileSystemStep;
import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.MountFlags;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.TreeStep.CloneTree;
import io.gantry.agent.plan.TreeStep.MakeScratch;
import io.gantry.agent.plan.TreeStep.MapOwners;
import io.gantry.agent.plan.TreeStep.MountOverlay;
import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.unit.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The root of a command that looks into a container: the layers of a toolbox under a memory of its own, nothing of which is on the disk. The
 * container's {@code /proc}, {@code /sys} and {@code /dev} are seen there as the container sees them, masks and all, and so are its names.
 */
public final class ToolboxRule {
    public static final Map<String, String> ENVIRONMENT = Map.of("PATH", CommandRule.PATH);

    private static final Handle TOOLBOX = new Handle("toolbox");
    private static final Handle SCRATCH = new Handle("scratch");
    private static final List<String> SEEN = List.of("proc", "sys", "dev");

    /** What is written in it counts as the container's memory, which must not run out by being looked at. */
    private static final int SHARE = 4;

    private ToolboxRule() {}

    /** Made on the host, of the layers of {@code input}. */
    public static PlanDraft made(PlanInput input) {
        PlanDraft draft = RootFileSystemRule.layers(PlanDraft.EMPTY.with(new MapOwners(input.slot().range(), RootFileSystemRule.OWNERS)), input);
        List<String> folders = new ArrayList<>(SEEN);
        folders.add(DebugSpec.PLACE);
        Bytes size = new Bytes(input.spec().resources().memory().value() / SHARE);
        draft =
                draft.with(
                                new MakeScratch(size, input.slot().range().first(), List.copyOf(folders), SCRATCH),
                                new MountOverlay(RootFileSystemRule.lowers(input), SCRATCH, false, false, TOOLBOX))
                        .handing(TOOLBOX);
        for (String name : ownNames(input)) {
            Handle handle = NamesRule.handle(name);
            draft = draft.with(new CloneTree(input.folders().names() + "/" + name, RootFileSystemRule.OWNERS, false, handle, "The container's /etc/" + name)).handing(handle);
        }
        return draft;
    }

    /** Done inside, by root of the container's user namespace. */
    public static List<InsideStep> entered(PlanInput input) {
        List<InsideStep> steps = new ArrayList<>();
        steps.add(new OwnMounts());
        steps.add(new PrivateMounts());
        steps.add(new Attach(TOOLBOX, "/", "Bring the toolbox into that mount table"));
        steps.add(new PivotOver(TOOLBOX, DebugSpec.PLACE));
        for (String name : SEEN) {
            steps.add(seen(name));
        }
        steps.add(new MakeFolder("/etc", 0755));
        for (String name : NamesRule.NAMES) {
            String path = "/etc/" + name;
            if (ownNames(input).contains(name)) {
                steps.add(new MakeFile(path));
                steps.add(new Attach(NamesRule.handle(name), path, "Bring in " + path));
            } else {
                steps.add(new Link("/" + DebugSpec.PLACE + path, path, "See " + path + " as the container does"));
            }
        }
        return steps;
    }

    /** Who shares another's network has that one's, which may be gone from the disk. */
    private static List<String> ownNames(PlanInput input) {
        return input.spec().sharesNetwork() ? List.of() : NamesRule.NAMES;
    }

    private static FileSystemStep seen(String name) {
        return new Mount("/" + DebugSpec.PLACE + "/" + name, "/" + name, "", MountFlags.of(BIND, REC), "", "See /" + name + " as the container does");
    }
}
