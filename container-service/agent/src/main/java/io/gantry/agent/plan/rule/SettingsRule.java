package io.gantry.agent.plan.rule;

import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWNET;
import static io.gantry.kernel.syscall.LinuxHeader.CLONE_NEWUTS;

import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.SettingStep.RaiseLoopback;
import io.gantry.agent.plan.SettingStep.SetHostname;
import io.gantry.agent.plan.SettingStep.WriteSetting;
import io.gantry.contracts.spec.Sysctls;
import java.util.Map;
import java.util.TreeMap;

/** The namespaces' own settings, before they become read-only. */
public final class SettingsRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        draft = input.owns(CLONE_NEWUTS) ? draft.with(new SetHostname(input.hostname())) : draft;
        draft = !input.owns(CLONE_NEWNET) ? draft : draft.with(
                new RaiseLoopback(),
                new WriteSetting(
                        "/proc/sys/net/ipv4/ip_unprivileged_port_start", "0",
                        "Every user may listen on every port: they are the container's own"),
                new WriteSetting("/proc/sys/net/ipv4/ping_group_range", "0 65535", "Every user may ping, without raw sockets"));
        for (Map.Entry<String, String> asked : new TreeMap<>(input.spec().security().sysctls()).entrySet()) {
            draft = draft.with(new WriteSetting(Sysctls.path(asked.getKey()), asked.getValue(), "Set " + asked.getKey() + ", as it is asked for"));
        }
        return draft;
    }
}
