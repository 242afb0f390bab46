package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.DeploymentSpec.Mode;
import io.gantry.contracts.spec.Job;
import io.gantry.contracts.view.DeploymentView;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * {@code Mode} of a service, both ways, and what else is said of a job: its restart policy is how often each of its tasks is tried, {@code none} once, {@code on-failure} with {@code MaxAttempts}
 * restarts, and as often as it takes without. An iteration of Docker's is a revision.
 */
final class ServiceMode {
    private static final Map<Mode, String> FIELDS = new EnumMap<>(Map.of(Mode.REPLICATED, "Replicated", Mode.GLOBAL, "Global", Mode.JOB, "ReplicatedJob", Mode.GLOBAL_JOB, "GlobalJob"));

    /** What Docker's CLI sends where nobody said a time. */
    private static final Duration USUAL_DELAY = Duration.ofSeconds(5);

    private ServiceMode() {}

    /** As Docker's filters and lists call it. */
    static String word(DeploymentSpec spec) {
        return switch (spec.mode()) {
            case REPLICATED -> "replicated";
            case GLOBAL -> "global";
            case JOB -> "replicated-job";
            case GLOBAL_JOB -> "global-job";
        };
    }

    static Mode read(Fields mode) {
        List<Mode> said = FIELDS.keySet().stream().filter(one -> mode.given(FIELDS.get(one))).toList();
        if (said.size() > 1) {
            throw new DockerRefusal(
                    400, "rpc error: code = InvalidArgument desc = a service has one mode, and both " + FIELDS.get(said.get(0)) + " and " + FIELDS.get(said.get(1)) + " are said");
        }
        return said.isEmpty() ? Mode.REPLICATED : said.getFirst();
    }

    /** 0 of those that have none. */
    static int replicas(Fields modes, Mode mode) {
        if (mode != Mode.REPLICATED) {
            return 0;
        }
        Long replicas = modes.in("Replicated").wholeOrNull("Replicas", 0, Integer.MAX_VALUE);
        return replicas == null ? 1 : replicas.intValue();
    }

    /** {@code null} of what isn't a job. Docker's default is one at a time, and as many completions as run at a time. */
    static Job job(Fields modes, Fields policy, Mode mode) {
        if (!mode.isJob()) {
            return null;
        }
        int attempts = attempts(policy);
        if (mode == Mode.GLOBAL_JOB) {
            return new Job(null, null, attempts);
        }
        Fields said = modes.in("ReplicatedJob");
        Long most = said.wholeOrNull("MaxConcurrent", 1, Integer.MAX_VALUE);
        Long total = said.wholeOrNull("TotalCompletions", 1, Integer.MAX_VALUE);
        int concurrent = most == null ? 1 : most.intValue();
        int completions = total == null ? concurrent : total.intValue();
        // more at a time than there are in all are all of them
        return new Job(completions, Math.min(concurrent, completions), attempts);
    }

    private static int attempts(Fields policy) {
        String condition = policy.text("Condition");
        if (!List.of("", "none", "on-failure").contains(condition)) {
            throw DockerRefusal.notSupported("RestartPolicy.Condition '" + condition + "' of a job", "what has ended well is done: none, or on-failure");
        }
        long restarts = policy.whole("MaxAttempts", 0, Job.MOST_ATTEMPTS - 1);
        long delay = policy.count("Delay");
        if (delay > 0 && delay != USUAL_DELAY.toNanos()) {
            throw DockerRefusal.notSupported("RestartPolicy.Delay of a job", "after a failure it waits 1 s, and twice as long after each further one, 60 s at most");
        }
        return condition.equals("none") ? 1 : restarts == 0 ? Job.WITHOUT_END : (int) restarts + 1;
    }

    static ObjectNode form(DeploymentSpec spec, ObjectNode mode) {
        ObjectNode said = mode.putObject(FIELDS.get(spec.mode()));
        if (spec.mode() == Mode.REPLICATED) {
            said.put("Replicas", spec.replicas());
        }
        if (spec.mode() == Mode.JOB) {
            said.put("MaxConcurrent", concurrent(spec)).put("TotalCompletions", spec.job().completions());
        }
        return mode;
    }

    static void showAttempts(Job job, ObjectNode task) {
        ObjectNode policy = task.putObject("RestartPolicy").put("Condition", job.attempts() == 1 ? "none" : "on-failure");
        policy.put("MaxAttempts", job.attempts() == Job.WITHOUT_END ? 0 : job.attempts() - 1);
    }

    /** How many tasks there shall be now: of a job those that may run beside each other, as long as so many are left. */
    static int desired(DeploymentView service) {
        int left = service.wanted() - service.completed().size();
        return switch (service.spec().mode()) {
            case REPLICATED, GLOBAL -> service.wanted();
            case JOB -> Math.min(left, concurrent(service.spec()));
            // the CLI takes it for the number of nodes
            case GLOBAL_JOB -> service.wanted();
        };
    }

    private static int concurrent(DeploymentSpec spec) {
        return spec.job().maxConcurrent() == null ? spec.job().completions() : spec.job().maxConcurrent();
    }
}
