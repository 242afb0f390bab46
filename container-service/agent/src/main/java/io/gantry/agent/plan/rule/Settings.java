package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.SettingStep.RaiseLoopback;
import io.gantry.agent.plan.SettingStep.WriteSetting;
import io.gantry.agent.plan.Step;
import io.gantry.contracts.spec.Sysctls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The namespaces' own settings, before they become read-only. */
final class Settings {
    private Settings() {}

    static List<Step> steps(Map<String, String> sysctls) {
        List<Step> steps = new ArrayList<>();
        steps.add(new RaiseLoopback());
        steps.add(
                new WriteSetting(
                        "/proc/sys/net/ipv4/ip_unprivileged_port_start", "0",
                        "Every user may listen on every port: they are the container's own"));
        steps.add(new WriteSetting("/proc/sys/net/ipv4/ping_group_range", "0 65535", "Every user may ping, without raw sockets"));
        new TreeMap<>(sysctls).forEach((key, value) -> steps.add(new WriteSetting(Sysctls.path(key), value, "Set " + key + ", as it is asked for")));
        return steps;
    }
}
