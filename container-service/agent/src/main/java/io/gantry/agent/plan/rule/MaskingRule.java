package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.FileSystemStep.Mask;
import io.gantry.agent.plan.FileSystemStep.ReadOnly;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import java.util.List;

/**
 * What tells of the whole host is hidden, what sets the whole host is read-only.
 *
 * <p>These mounts are made inside the container's own user namespace, so a container with SYS_ADMIN could mount a fresh
 * procfs without them. The capability isn't in the set that containers get; a nested user namespace, in which it could be
 * had, inherits the masks locked.
 */
public final class MaskingRule implements Rule {
    private static final List<String> MASKED =
            List.of(
                    "/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/key-users", "/proc/kallsyms",
                    "/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi",
                    "/proc/interrupts", "/proc/kpagecount", "/proc/kpageflags", "/proc/kpagecgroup", "/proc/vmallocinfo",
                    "/sys/firmware", "/sys/devices/virtual/powercap", "/sys/kernel/debug", "/sys/kernel/security",
                    "/sys/fs/bpf");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(MASKED.stream().map(Mask::new).toList()).with(READ_ONLY.stream().map(ReadOnly::new).toList());
    }
}
