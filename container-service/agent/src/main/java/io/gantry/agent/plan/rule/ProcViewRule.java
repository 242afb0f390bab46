package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.FileSystemStep.ShowProcView;
import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.LauncherStep.MakeProcView;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.Staging;
import io.gantry.agent.plan.Step;
import java.util.List;

/**
 * What programs size themselves by fits the container's limits, whether they know of control groups or not.
 *
 * <p>Not {@code /proc/uptime}: when processes began is told since the host's boot, and {@code ps} subtracts the one from the other. Not
 * {@code /proc/loadavg}: it is a mean over minutes, which somebody would have to sample while nobody looks.
 */
public final class ProcViewRule implements Rule {
    public static final List<String> PATHS =
            List.of("/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/proc/swaps", "/sys/devices/system/cpu/online");

    static final Handle VIEW = new Handle("view");
    private static final String PLACE = "/view";

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(made(input.staging(), input.host().cgroups().sizes(input.slot().name())));
    }

    /** On the host. */
    public static List<Step> made(Staging staging, List<String> groups) {
        return staging.fitted() ? List.of(new MakeProcView(groups, VIEW)) : List.of();
    }

    /** By the first process. */
    static List<Step> shown(Staging staging) {
        return staging.fitted() ? List.of(new ShowProcView(VIEW, PLACE, PATHS)) : List.of();
    }
}
