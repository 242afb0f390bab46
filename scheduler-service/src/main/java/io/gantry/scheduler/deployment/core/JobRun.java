package io.gantry.scheduler.deployment.core;

import io.gantry.contracts.spec.Job;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far a job is with its latest revision, by slot. A slot that is done is so for good, whatever becomes of the container that did it.
 *
 * @param done slots whose container has ended with 0
 * @param failures how often the container of a slot has failed
 */
public record JobRun(Set<Integer> done, Map<Integer, Integer> failures) {
    static final JobRun NONE = new JobRun(Set.of(), Map.of());

    public JobRun {
        done = new TreeSet<>(done);
        failures = new TreeMap<>(failures);
    }

    JobRun withDone(int slot) {
        Set<Integer> more = new TreeSet<>(done);
        more.add(slot);
        return new JobRun(more, failures);
    }

    JobRun withFailure(int slot) {
        Map<Integer, Integer> more = new TreeMap<>(failures);
        more.merge(slot, 1, Integer::sum);
        return new JobRun(done, more);
    }

    /** What is known of slots that mean something else by now, or nothing, isn't kept. */
    JobRun only(Collection<Integer> slots) {
        JobRun some = new JobRun(done, failures);
        some.done.retainAll(slots);
        some.failures.keySet().retainAll(slots);
        return some;
    }

    public int failuresOf(int slot) {
        return failures.getOrDefault(slot, 0);
    }

    /** It isn't done, and isn't tried again. */
    public boolean hasGivenUp(int slot, Job job) {
        return !done.contains(slot) && job.givesUpAfter(failuresOf(slot));
    }
}
