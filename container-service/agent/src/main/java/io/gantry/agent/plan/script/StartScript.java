package io.gantry.agent.plan.script;

import io.gantry.agent.plan.CableStep;
import io.gantry.agent.plan.HostStep;
import io.gantry.agent.plan.Identity;
import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.LauncherStep;
import io.gantry.agent.plan.MakerStep;
import io.gantry.agent.plan.Plan;
import io.gantry.agent.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A plan as a bash script for a root shell, with each step's reason above its commands. It makes the same container from the same layers:
 * what the kernel then says of its process is what it says of the one that Gantry started.
 *
 * <p>Two things differ in their order: the first process's own steps are written down before the steps on the host, which start it; and it
 * works below {@code $ROOT} until it no longer needs the host's tools, and makes that its root then.
 */
public final class StartScript {
    private StartScript() {}

    /**
     * @param title of the container, for people
     * @param identity who the command runs as
     * @param values what may be set to make a second one beside it: a variable's name, and the value in the plan, in the order they are replaced
     */
    public static String of(String title, Plan plan, Identity identity, Map<String, String> values) {
        Choices choices = new Choices(values);
        List<String> lines = new ArrayList<>();
        lines.add("#!/bin/bash");
        lines.add("# " + title + ": what Gantry did to start it, for a root shell with util-linux, iproute2 and perl.");
        lines.add("# To make a second one beside it, set these to something else.");
        lines.addAll(choices.exports());
        lines.addAll(choices.in(nobodyElse(plan, choices)));
        Prelude.OWN_MOUNTS.lines().forEach(lines::add);
        Prelude.KERNEL.lines().forEach(lines::add);
        lines.add("");
        lines.addAll(choices.in(cleanUp(plan)));
        lines.addAll(firstProcess(plan, new InsideLines(identity), choices));
        lines.addAll(choices.in(host(plan, identity)));
        lines.add("");
        lines.add("wait $FIRST");
        return String.join("\n", lines) + "\n";
    }

    /** What the script makes it takes away in the end: it must not be somebody's. */
    private static List<String> nobodyElse(Plan plan, Choices choices) {
        List<String> lines = new ArrayList<>();
        plan.steps().stream().filter(HostStep.MakeCgroup.class::isInstance).map(HostStep.MakeCgroup.class::cast).findFirst().ifPresent(group -> {
            lines.add("if [ -z \"${OWN_MOUNTS:-}\" ] && [ -e " + group.path() + " ]; then");
            lines.add("    echo \"a container runs in " + group.path() + ", perhaps this very one: stop it first, or set other values of "
                    + String.join(", ", choices.names()) + "\" >&2");
            lines.add("    exit 1");
            lines.add("fi");
        });
        return lines;
    }

    private static List<String> cleanUp(Plan plan) {
        List<String> lines = new ArrayList<>();
        lines.add("clean_up() {");
        lines.add("    set +e");
        lines.add("    kill $OWNERS");
        for (Step step : plan.steps().reversed()) {
            boolean spawns = step instanceof LauncherStep.Spawn;
            if (spawns || step instanceof HostStep.MakeCgroup || step instanceof CableStep.PlugVeth || step instanceof CableStep.AddCable) {
                lines.add("    " + step.undo() + " 2> /dev/null");
            }
            if (spawns) {
                lines.add("    wait");
            }
        }
        lines.add("}");
        lines.add("trap clean_up EXIT");
        return lines;
    }

    private static List<String> firstProcess(Plan plan, InsideLines inside, Choices choices) {
        List<String> bash = new ArrayList<>();
        List<String> perl = new ArrayList<>();
        for (int i = 0; i < plan.steps().size(); i++) {
            if (plan.steps().get(i) instanceof InsideStep step) {
                InsideLines.Lines lines = inside.of(step);
                String title = "# %d. %s".formatted(i + 1, step.title());
                // what another runtime is told has the host's numbers in it
                add(bash, title, step instanceof MakerStep ? choices.in(lines.bash()) : lines.bash());
                add(perl, title, lines.perl());
                if (step instanceof MakerStep.Start) {
                    break; // the rest is done in the container
                }
            }
        }
        List<String> all = new ArrayList<>();
        all.add("");
        all.add("# what the first process does itself: as long as it has the host's tools …");
        all.add("cat > \"$WORK/inside\" <<'INSIDE'");
        all.add("set -eu");
        all.addAll(bash);
        all.add("exec perl -I\"$WORK\" -MKernel \"$WORK/last\"");
        all.add("INSIDE");
        all.add("# … and without them");
        all.add("cat > \"$WORK/last\" <<'LAST'");
        all.add("use strict; use Kernel;");
        all.addAll(perl);
        all.add("LAST");
        return all;
    }

    private static void add(List<String> part, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            part.add(title);
            part.addAll(lines);
        }
    }

    private static List<String> host(Plan plan, Identity identity) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < plan.steps().size(); i++) {
            if (plan.steps().get(i) instanceof HostStep step) {
                lines.add("");
                lines.add("# %d. %s".formatted(i + 1, step.title()));
                lines.addAll(HostLines.of(step, identity));
            }
        }
        return lines;
    }
}
