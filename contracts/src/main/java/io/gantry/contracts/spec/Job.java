package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;

/**
 * How a deployment runs to its end.
 *
 * @param completions how many containers shall end with 0, 1 to {@link DeploymentSpec#MOST_REPLICAS}; 1 by default. {@code null} of one on each node
 * @param maxConcurrent how many may run at a time; all of them by default
 * @param attempts how often each is tried until it ends with 0, 1 to {@link #MOST_ATTEMPTS}, or 0 for as often as it takes; 3 by default. What isn't the container's own fault (its node was lost,
 *     no node has room) is no attempt
 */
public record Job(Integer completions, Integer maxConcurrent, Integer attempts) {
    public static final int MOST_ATTEMPTS = 1000;
    /** Of {@code attempts}: as often as it takes. */
    public static final int WITHOUT_END = 0;
    private static final int USUAL_ATTEMPTS = 3;

    public Job {
        attempts = attempts == null ? USUAL_ATTEMPTS : attempts;
        if (completions != null) {
            Check.within("completions", completions, 1, DeploymentSpec.MOST_REPLICAS);
        }
        if (maxConcurrent != null) {
            Check.within("maxConcurrent", maxConcurrent, 1, DeploymentSpec.MOST_REPLICAS);
        }
        Check.within("attempts", attempts, 0, MOST_ATTEMPTS);
    }

    /** That many of them have failed: it isn't tried again. */
    public boolean givesUpAfter(int failures) {
        return attempts != WITHOUT_END && failures >= attempts;
    }

    /**
     * As a deployment of that mode has it.
     *
     * @param given may be {@code null}
     * @throws BadField for what that mode has no place for
     */
    static Job of(DeploymentSpec.Mode mode, Job given) {
        if (!mode.isJob()) {
            if (given != null) {
                throw new BadField("job", "job says how a deployment comes to an end, and this one runs for ever", "leave job out, or write \"mode\": \"JOB\"");
            }
            return null;
        }
        Job job = given == null ? new Job(null, null, null) : given;
        if (mode.isOnEachNode()) {
            if (job.completions != null) {
                throw new BadField("job.completions", "a job on each node is complete when it has ended well on each, got " + job.completions, "leave completions out");
            }
            return job;
        }
        return job.completions == null ? new Job(1, job.maxConcurrent, job.attempts) : job;
    }
}
