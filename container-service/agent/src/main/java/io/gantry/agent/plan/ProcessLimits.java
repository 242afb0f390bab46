package io.gantry.agent.plan;

import io.gantry.contracts.spec.Rlimit;
import io.gantry.contracts.state.Observed;
import io.gantry.kernel.process.ResourceLimit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The limits that each process of a container gets by setrlimit(2). Nobody below the agent can have more than the agent itself, so what is asked
 * beyond that is less, and {@link #deviations} says so. Without being asked: as many open files as there can be, and no core files.
 *
 * @param steps in the order of the limits' numbers
 */
public record ProcessLimits(List<SettingStep.Limit> steps, List<Observed.Deviation> deviations) {
    /** @param ceilings the agent's own hard limits; {@link ResourceLimit#UNLIMITED} is none */
    public static ProcessLimits of(Map<String, Rlimit> asked, Map<ResourceLimit, Long> ceilings) {
        Map<ResourceLimit, Rlimit> all = new EnumMap<>(ResourceLimit.class);
        all.put(ResourceLimit.NOFILE, new Rlimit(Rlimit.UNLIMITED, null));
        all.put(ResourceLimit.CORE, new Rlimit(0, null));
        asked.forEach((name, limit) -> all.put(ResourceLimit.named(name), limit));
        List<SettingStep.Limit> steps = new ArrayList<>();
        List<Observed.Deviation> deviations = new ArrayList<>();
        all.forEach((resource, limit) -> {
            long ceiling = ceilings.getOrDefault(resource, ResourceLimit.UNLIMITED);
            long hard = lower(limit.hard(), ceiling);
            String less = "";
            if (asked.containsKey(resource.word()) && hard != limit.hard()) {
                less = "%s asked, %d is what the agent itself may have".formatted(text(limit.hard()), ceiling);
                deviations.add(new Observed.Deviation("resources.rlimits." + resource.word(), "at most " + ceiling + ": " + less));
            }
            steps.add(new SettingStep.Limit(resource, lower(limit.soft(), ceiling), hard, less));
        });
        return new ProcessLimits(List.copyOf(steps), List.copyOf(deviations));
    }

    private static long lower(long limit, long ceiling) {
        return Long.compareUnsigned(limit, ceiling) <= 0 ? limit : ceiling;
    }

    private static String text(long limit) {
        return limit == ResourceLimit.UNLIMITED ? "no limit was" : limit + " was";
    }
}
