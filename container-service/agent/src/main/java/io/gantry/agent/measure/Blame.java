package io.gantry.agent.measure;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.view.ContainerStats;
import io.gantry.contracts.view.ContainerStats.Pressure;
import io.gantry.contracts.view.PressureView.Cause;
import io.gantry.contracts.view.PressureView.Kind;
import io.gantry.contracts.view.PressureView.Lost;
import io.gantry.kernel.cgroup.CoreSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Who made a container wait between two moments. The kernel tells how long it waited and what each container used, not who was before whom: so
 * the waiting is shared out in proportion to what each took of the very thing that was waited for. Pure.
 */
final class Blame {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double MICROS_PER_MILLI = 1e3;
    private static final double ALL = 100;

    /** Less of a hundred isn't worth a name. */
    private static final double LEAST = 1;

    private static final Who LIMIT = new Who(Kind.OWN_LIMIT, null, "");
    private static final Who ITSELF = new Who(Kind.ITSELF, null, "");
    private static final Who HOST = new Who(Kind.HOST, null, "");

    private final ContainerId victim;
    private final Moment before;
    private final Moment after;
    private final ContainerStats was;
    private final ContainerStats is;

    /** @param victim in both moments */
    Blame(ContainerId victim, Moment before, Moment after) {
        this.victim = victim;
        this.before = before;
        this.after = after;
        was = before.containers().get(victim).stats();
        is = after.containers().get(victim).stats();
    }

    private record Who(Kind kind, ContainerId container, String name) {}

    /** While all of it waits, others have what it wants; while only some does, its own processes may have it, too. Its limit holds all of it up. */
    Lost cpu() {
        double some = micros(pressure -> pressure.cpu().someTotalMicros());
        double full = Math.min(some, micros(pressure -> pressure.cpu().fullTotalMicros()));
        double limited = Math.min(some, (is.cpu().throttledNanos() - was.cpu().throttledNanos()) / NANOS_PER_MICRO);
        double byOthers = Math.max(0, full - limited);
        Map<Who, Double> takers = onItsCores();
        Map<Who, Double> causes = sharedOut(some - limited - byOthers, takers);
        takers.remove(ITSELF);
        sharedOut(byOthers, takers).forEach((who, share) -> causes.merge(who, share, Double::sum));
        causes.put(LIMIT, limited);
        return lost(some, causes);
    }

    /** It waits for what it reads and writes itself even when nobody else does, which is its own doing. */
    Lost io() {
        double some = micros(pressure -> pressure.io().someTotalMicros());
        Map<Who, Double> takers = takers(stats -> stats.io() == null ? 0 : stats.io().readBytes() + stats.io().writtenBytes());
        takers.put(HOST, after.diskBytes() - before.diskBytes() - sum(takers));
        return lost(some, sharedOut(some, takers));
    }

    /** Where its limit was met, that was it; otherwise the node is short, and those are to blame whose memory has grown. */
    Lost memory() {
        double some = micros(pressure -> pressure.memory().someTotalMicros());
        if (is.memory().limitHits() > was.memory().limitHits()) {
            return lost(some, Map.of(LIMIT, some));
        }
        Map<Who, Double> takers = takers(stats -> stats.memory().usageBytes());
        return lost(some, sum(takers) > 0 ? sharedOut(some, takers) : Map.of(HOST, some));
    }

    private double micros(ToLongFunction<Pressure> total) {
        return Math.max(0, total.applyAsLong(is.pressure()) - total.applyAsLong(was.pressure()));
    }

    /** Who has used the cores that it may run on. Of who may run on others, too, a part that fits. */
    private Map<Who, Double> onItsCores() {
        CoreSet cores = after.containers().get(victim).cores();
        Map<Who, Double> takers = takers(stats -> stats.cpu().usageNanos());
        takers.replaceAll((who, nanos) -> nanos * part(cores, after.containers().get(who.equals(ITSELF) ? victim : who.container()).cores()));
        double all = cores.cores().stream().mapToDouble(core -> of(after.coreNanos(), core) - of(before.coreNanos(), core)).sum();
        takers.put(HOST, all - sum(takers));
        return takers;
    }

    private static double part(CoreSet cores, CoreSet theirs) {
        return theirs.isEmpty() ? 0 : (double) (theirs.size() - theirs.without(cores).size()) / theirs.size();
    }

    private static long of(Map<Integer, Long> nanos, int core) {
        return nanos.getOrDefault(core, 0L);
    }

    /** How much each container has taken meanwhile. One that began meanwhile has taken all it has, one that ended isn't known of. */
    private Map<Who, Double> takers(ToLongFunction<ContainerStats> counter) {
        Map<Who, Double> takers = new LinkedHashMap<>();
        after.containers().forEach((id, one) -> {
            Moment.One earlier = before.containers().get(id);
            long taken = counter.applyAsLong(one.stats()) - (earlier == null ? 0 : counter.applyAsLong(earlier.stats()));
            takers.put(id.equals(victim) ? ITSELF : new Who(Kind.CONTAINER, id, one.name()), (double) taken);
        });
        return takers;
    }

    private static double sum(Map<Who, Double> takers) {
        return takers.values().stream().mapToDouble(taken -> Math.max(0, taken)).sum();
    }

    private static Map<Who, Double> sharedOut(double micros, Map<Who, Double> takers) {
        double all = sum(takers);
        Map<Who, Double> shares = new LinkedHashMap<>();
        if (micros > 0 && all > 0) {
            takers.forEach((who, taken) -> shares.put(who, micros * Math.max(0, taken) / all));
        }
        return shares;
    }

    private Lost lost(double micros, Map<Who, Double> shares) {
        double watched = (after.nanos() - before.nanos()) / NANOS_PER_MILLI;
        double millis = micros / MICROS_PER_MILLI;
        List<Cause> causes = shares.entrySet().stream()
                .map(share -> new Cause(share.getKey().kind(), share.getKey().container(), share.getKey().name(), rounded(ALL * share.getValue() / micros)))
                .filter(cause -> cause.percent() >= LEAST)
                .sorted(Comparator.comparingDouble(Cause::percent).reversed())
                .toList();
        return new Lost(rounded(millis), rounded(Math.min(ALL, ALL * millis / watched)), causes);
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
