package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.spec.LogPolicy;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.ResourcesBuilder;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.Rlimit;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What a task needs of its node and what becomes of it when it ends, in Docker's fields: {@code Resources}, {@code Ulimits}, {@code RestartPolicy}. */
final class TaskNeeds {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private TaskNeeds() {}

    /**
     * @param before of which stays what Docker has no words for
     * @param sentBack they are what a client was shown, and changed perhaps
     */
    static Resources limits(Fields task, Fields container, Resources before, boolean sentBack) {
        Fields resources = task.in("Resources");
        Fields limits = resources.in("Limits");
        Fields reserved = resources.in("Reservations");
        long cpu = limits.count("NanoCPUs");
        long memory = limits.count("MemoryBytes");
        long pids = limits.whole("Pids", 0, Integer.MAX_VALUE);
        long cpuReserved = reserved.count("NanoCPUs");
        long memoryReserved = reserved.count("MemoryBytes");
        Map<String, Rlimit> rlimits = new HashMap<>();
        for (Fields one : container.list("Ulimits")) {
            Long soft = one.wholeOrNull("Soft", -1, Long.MAX_VALUE);
            rlimits.put(one.text("Name"), new Rlimit(soft == null ? 0 : soft, one.wholeOrNull("Hard", -1, Long.MAX_VALUE)));
        }
        long score = container.whole("OomScoreAdj", -1000, 1000);
        if (score < 0) {
            throw container.unsupported("OomScoreAdj");
        }
        Bytes most = memory == 0 ? null : new Bytes(memory);
        Bytes kept = memoryReserved == 0 ? null : new Bytes(memoryReserved);
        // clients send back the limit that they were shown, though nobody had said one
        boolean asBefore = sentBack && before.memory().equals(most) && Objects.equals(before.memoryReservation(), kept);
        ResourcesBuilder all = before.but()
                .cpu(cpu == 0 ? null : new MilliCpu(cpu / NANOS_PER_MILLI))
                .cpuRequest(cpuReserved == 0 && cpu == 0 ? null : new MilliCpu(cpuReserved / NANOS_PER_MILLI))
                .memory(most)
                .pids(pids == 0 ? null : (int) pids)
                .memoryReservation(kept)
                .memoryRequest(asBefore ? before.memoryRequest() : null)
                .rlimits(rlimits)
                .oomScore((int) score);
        return all.build();
    }

    static void show(Resources limits, ObjectNode task, ObjectNode container) {
        ObjectNode resources = task.putObject("Resources");
        ObjectNode most = resources.putObject("Limits");
        if (limits.cpu() != null) {
            most.put("NanoCPUs", limits.cpu().value() * NANOS_PER_MILLI);
        }
        most.put("MemoryBytes", limits.memory().value()).put("Pids", limits.pids());
        ObjectNode reserved = resources.putObject("Reservations");
        if (limits.cpuRequest() != null && limits.cpuRequest().value() > 0) {
            reserved.put("NanoCPUs", limits.cpuRequest().value() * NANOS_PER_MILLI);
        }
        if (limits.memoryReservation() != null) {
            reserved.put("MemoryBytes", limits.memoryReservation().value());
        }
        if (!limits.rlimits().isEmpty()) {
            var ulimits = container.putArray("Ulimits");
            new TreeMap<>(limits.rlimits()).forEach((name, limit) -> ulimits.addObject().put("Name", name).put("Soft", limit.soft()).put("Hard", limit.hard()));
        }
        if (limits.oomScore() > 0) {
            container.put("OomScoreAdj", limits.oomScore());
        }
    }

    static RestartPolicy restart(Fields policy) {
        String condition = policy.only("Condition", "any", "on-failure").text("Condition");
        long delay = policy.count("Delay");
        long attempts = policy.whole("MaxAttempts", 0, Integer.MAX_VALUE);
        RestartPolicy.Mode mode = condition.equals("on-failure") ? RestartPolicy.Mode.ON_FAILURE : RestartPolicy.Mode.ALWAYS;
        if (attempts > 0 && mode == RestartPolicy.Mode.ALWAYS) {
            throw policy.unsupported("MaxAttempts");
        }
        Duration wait = Duration.ofNanos(delay);
        return new RestartPolicy(mode, (int) attempts, delay == 0 ? null : new RestartPolicy.BackOff(wait, wait, 1.0, null));
    }

    static void show(RestartPolicy policy, ObjectNode task) {
        ObjectNode json = task.putObject("RestartPolicy");
        json.put("Condition", policy.mode() == RestartPolicy.Mode.ON_FAILURE ? "on-failure" : "any");
        RestartPolicy.BackOff wait = policy.backOff();
        if (wait.multiplier() == 1) {
            json.put("Delay", wait.min().toNanos());
        }
        json.put("MaxAttempts", policy.maxRetries());
    }

    /** Nothing where the node's own rule holds. */
    static void show(LogPolicy log, ObjectNode task) {
        if (!log.equals(LogPolicy.OF_THE_NODE)) {
            task.set("LogDriver", Logs.ofService(log));
        }
    }
}
