package io.gantry.agent.reconcile;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.StateKey;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this node shall hold, as far as it knows. Pure and unchanging. It is {@link #complete} from the first snapshot that this agent has heard; a
 * view from disk after a restart isn't, and nothing is taken away because it lacks something.
 */
public final class DesiredView {
    public static final DesiredView NOTHING = new DesiredView(0, 0, false, Map.of(), Map.of(), GoneRecords.NONE);

    private final long epoch;
    private final long generation;
    private final boolean complete;
    private final Map<StateKey, DesiredRecord> records;
    private final Map<ContainerId, Desired.Container> containers;
    private final GoneRecords gone;

    /** The maps are nobody else's to change. */
    private DesiredView(
            long epoch, long generation, boolean complete, Map<StateKey, DesiredRecord> records, Map<ContainerId, Desired.Container> containers, GoneRecords gone) {
        this.epoch = epoch;
        this.generation = generation;
        this.complete = complete;
        this.records = Collections.unmodifiableMap(records);
        this.containers = Collections.unmodifiableMap(containers);
        this.gone = gone;
    }

    private static DesiredView of(long epoch, long generation, boolean complete, Map<StateKey, DesiredRecord> records) {
        Map<ContainerId, Desired.Container> containers = new HashMap<>();
        for (DesiredRecord record : records.values()) {
            if (record.body() instanceof Desired.Container container) {
                containers.put(container.id(), container);
            }
        }
        return new DesiredView(epoch, generation, complete, records, containers, GoneRecords.NONE);
    }

    /** From disk: what was desired when the agent last heard of it. */
    public static DesiredView remembered(long epoch, List<DesiredRecord> records) {
        return of(epoch, 0, false, byKey(records));
    }

    /** The highest seen; snapshots of a lower one are ignored. */
    public long epoch() {
        return epoch;
    }

    public boolean complete() {
        return complete;
    }

    public Map<StateKey, DesiredRecord> records() {
        return records;
    }

    /** The same view if the snapshot is of an older epoch. */
    public DesiredView with(long snapshotEpoch, long snapshotGeneration, List<DesiredRecord> whole) {
        return snapshotEpoch < epoch ? this : of(snapshotEpoch, snapshotGeneration, true, byKey(whole));
    }

    /** The same view if the change is of another generation than the latest snapshot, or not newer than what is held. */
    public DesiredView with(long changeGeneration, DesiredRecord record) {
        DesiredRecord held = records.get(record.key());
        if (!complete
                || changeGeneration != generation
                || held != null && !newer(record, held)
                || gone.cover(record.key(), record.version())) {
            return this;
        }
        Map<StateKey, DesiredRecord> next = new HashMap<>(records);
        if (record.body() == null) {
            next.remove(record.key());
        } else {
            next.put(record.key(), record);
        }
        // nobody wrote the version of an end: it is the next one after what went, and so may be that of what is written next
        GoneRecords ends = record.body() == null ? gone.with(record.key(), record.version() - 1) : gone.without(record.key());
        return new DesiredView(epoch, generation, true, next, containers(held, record), ends);
    }

    private Map<ContainerId, Desired.Container> containers(DesiredRecord held, DesiredRecord record) {
        Desired before = held == null ? null : held.body();
        if (!(before instanceof Desired.Container) && !(record.body() instanceof Desired.Container)) {
            return containers;
        }
        Map<ContainerId, Desired.Container> next = new HashMap<>(containers);
        if (before instanceof Desired.Container container) {
            next.remove(container.id());
        }
        if (record.body() instanceof Desired.Container container) {
            next.put(container.id(), container);
        }
        return next;
    }

    public Optional<Desired.Container> container(ContainerId id) {
        return Optional.ofNullable(containers.get(id));
    }

    /** At which its policy starts it again. */
    RestartPolicy.BackOff pace(ContainerId id) {
        return container(id).map(wanted -> wanted.spec().restart().backOff()).orElse(RestartPolicy.BackOff.USUAL);
    }

    /** Between being asked to end and being killed. */
    Duration grace(ContainerId id) {
        return container(id).map(Desired.Container::grace).orElse(Duration.ZERO);
    }

    public Collection<Desired.Container> containers() {
        return containers.values();
    }

    public <D extends Desired> List<D> all(Class<D> kind) {
        return records.values().stream()
                .map(DesiredRecord::body)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    private static boolean newer(DesiredRecord record, DesiredRecord held) {
        return record.epoch() > held.epoch() || record.epoch() == held.epoch() && record.version() > held.version();
    }

    private static Map<StateKey, DesiredRecord> byKey(List<DesiredRecord> records) {
        Map<StateKey, DesiredRecord> map = new HashMap<>();
        for (DesiredRecord record : records) {
            DesiredRecord held = map.get(record.key());
            if (record.body() != null && (held == null || newer(record, held))) {
                map.put(record.key(), record);
            }
        }
        return map;
    }
}
