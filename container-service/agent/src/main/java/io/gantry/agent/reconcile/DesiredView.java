package io.gantry.agent.reconcile;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.StateKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this node shall hold, as far as it knows. Pure and unchanging. It is {@code complete} from the first snapshot of this connection
 * on; a view from disk after a restart isn't, and nothing is taken away because it lacks something.
 *
 * @param epoch the highest seen; snapshots of a lower one are ignored
 * @param generation of the latest snapshot; changes of another are ignored
 * @param gone versions of records that went, so that an older record of the same generation can't bring them back
 */
public record DesiredView(
        long epoch, long generation, boolean complete, Map<StateKey, DesiredRecord> records, Map<StateKey, Long> gone) {
    public static final DesiredView NOTHING = new DesiredView(0, 0, false, Map.of(), Map.of());

    public DesiredView {
        records = Map.copyOf(records);
        gone = Map.copyOf(gone);
    }

    /** From disk: what was desired when the agent last heard of it. */
    public static DesiredView remembered(long epoch, List<DesiredRecord> records) {
        return new DesiredView(epoch, 0, false, byKey(records), Map.of());
    }

    /** The same view if the snapshot is of an older epoch. */
    public DesiredView with(long snapshotEpoch, long snapshotGeneration, List<DesiredRecord> whole) {
        return snapshotEpoch < epoch
                ? this
                : new DesiredView(snapshotEpoch, snapshotGeneration, true, byKey(whole), Map.of());
    }

    /** The same view if the change is of another generation, or not newer than what is held. */
    public DesiredView with(long changeGeneration, DesiredRecord record) {
        DesiredRecord held = records.get(record.key());
        Long wentAt = gone.get(record.key());
        if (!complete
                || changeGeneration != generation
                || held != null && !newer(record, held)
                || wentAt != null && record.version() <= wentAt) {
            return this;
        }
        Map<StateKey, DesiredRecord> next = new HashMap<>(records);
        Map<StateKey, Long> nextGone = new HashMap<>(gone);
        if (record.body() == null) {
            next.remove(record.key());
            nextGone.put(record.key(), record.version());
        } else {
            next.put(record.key(), record);
            nextGone.remove(record.key());
        }
        return new DesiredView(epoch, generation, true, next, nextGone);
    }

    public Optional<Desired.Container> container(ContainerId id) {
        return containers().stream().filter(c -> c.id().equals(id)).findFirst();
    }

    public Collection<Desired.Container> containers() {
        return all(Desired.Container.class);
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
