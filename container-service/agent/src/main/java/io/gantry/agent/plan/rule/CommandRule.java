package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.CommandStep.Execute;
import io.gantry.agent.plan.LauncherStep.AwaitExecuted;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import io.gantry.contracts.spec.Resources;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What runs, and its environment: what every program expects, the image's over it, the spec's over that, secrets' over all. For programs that don't read control
 * groups {@code GANTRY_MEMORY_LIMIT} has bytes and {@code GANTRY_CPU_LIMIT} cores, {@code 0.25}; absent without a limit.
 */
public final class CommandRule implements Rule {
    static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(new Execute(arguments(input), environment(input), FilesRule.variables(input)), new AwaitExecuted());
    }

    private static List<String> arguments(PlanInput input) {
        List<String> arguments = input.spec().arguments(input.request().container().image().config());
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("neither the image nor the spec says what to run");
        }
        return arguments;
    }

    public static Map<String, String> environment(PlanInput input) {
        Map<String, String> environment = new TreeMap<>(Map.of("PATH", PATH, "HOSTNAME", input.hostname()));
        Resources limits = input.spec().resources();
        environment.put("GANTRY_MEMORY_LIMIT", Long.toString(limits.memory().value()));
        if (limits.cpu() != null) {
            environment.put("GANTRY_CPU_LIMIT", limits.cpu().toString());
        } else if (limits.exclusiveCores() != null) {
            environment.put("GANTRY_CPU_LIMIT", limits.exclusiveCores().toString());
        }
        if (input.spec().tty()) {
            environment.put("TERM", "xterm");
        }
        environment.putAll(input.request().container().image().config().env());
        environment.putAll(input.spec().env());
        return Map.copyOf(environment);
    }
}
