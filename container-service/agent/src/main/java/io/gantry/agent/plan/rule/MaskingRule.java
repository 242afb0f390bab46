package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.FileSystemStep.Mask;
import io.gantry.agent.plan.FileSystemStep.ReadOnly;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.Step;
import io.gantry.contracts.spec.Security;
import java.util.List;
import java.util.stream.Stream;

/**
 * What tells of the whole host is hidden, what sets the whole host is read-only; what is asked for beside that, too.
 *
 * <p>These mounts are made inside the container's own user namespace, so a container with SYS_ADMIN could mount a fresh
 * procfs without them. The capability isn't in the set that containers get, and is added only where the node grants it; a nested
 * user namespace, in which it could be had, inherits the masks locked.
 */
public final class MaskingRule implements Rule {
    public static final List<String> MASKED =
            List.of(
                    "/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/key-users", "/proc/kallsyms",
                    "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi",
                    "/proc/interrupts", "/proc/kpagecount", "/proc/kpageflags", "/proc/kpagecgroup", "/proc/vmallocinfo",
                    "/sys/firmware", "/sys/devices/virtual/powercap", "/sys/kernel/debug", "/sys/kernel/security",
                    "/sys/fs/bpf");
    public static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        Security security = input.spec().security();
        return draft.with(others(security.maskedPaths(), MASKED).map(Mask::new).toList())
                .with(others(security.readOnlyPaths(), READ_ONLY).map(ReadOnly::new).toList());
    }

    private static Stream<String> others(List<String> asked, List<String> always) {
        return asked.stream().filter(path -> !always.contains(path));
    }

    /** Those of every container. */
    static List<Step> always() {
        return Stream.<Step>concat(MASKED.stream().map(Mask::new), READ_ONLY.stream().map(ReadOnly::new)).toList();
    }
}
