package io.gantry.container.link;

import io.gantry.container.link.DesiredTopic.Follower;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.StateKey;
import io.gantry.kit.stream.TwoWays;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each node shall hold, and who is told of it. Each word is taken once and in order, whichever of its two ways it comes ({@link TwoWays}). Thread-safe; a
 * follower is told under the lock, so that nothing falls between its snapshot and the first change.
 */
final class DesiredBook {
    private final Map<NodeId, Map<StateKey, DesiredRecord>> records = new HashMap<>();
    private final Map<NodeId, List<Follower>> followers = new HashMap<>();
    private final Map<NodeId, Long> epochs = new HashMap<>();
    private final TwoWays<String> ways = new TwoWays<>();

    /**
     * Told the short way.
     *
     * @param row tells the word from all others
     * @param payload {@code null}: the node shall not hold it any more
     * @param settled whether Kafka has all that was said before; otherwise this one is left to it, too
     * @throws IllegalArgumentException for what can't be read; it is left to Kafka
     */
    synchronized void early(String row, String key, String payload, boolean settled) {
        StateKey its = StateKey.parse(key);
        int partition = Topics.statePartition(its.node().value());
        if (!settled) {
            ways.leave(partition, row);
        } else if (ways.takesEarly(partition, row)) {
            try {
                take(its, payload);
            } catch (IllegalArgumentException e) {
                ways.leave(partition, row);
                throw e;
            }
            ways.taken(partition, row);
        }
    }

    /** As {@link #early}, brought by Kafka. @param row empty for one that says none */
    synchronized void late(int partition, String row, String key, String payload) {
        if (ways.takesLate(partition, row)) {
            try {
                take(StateKey.parse(key), payload);
            } finally {
                ways.arrived(partition, row);
            }
        }
    }

    private void take(StateKey key, String payload) {
        Map<StateKey, DesiredRecord> held = records.computeIfAbsent(key.node(), _ -> new HashMap<>());
        DesiredRecord last = held.get(key);
        DesiredRecord news;
        if (payload == null) {
            if (last == null) {
                return;
            }
            held.remove(key);
            news = new DesiredRecord(key, last.version() + 1, last.epoch(), null);
        } else {
            news = Json.read(payload, DesiredRecord.class);
            if (last != null && last.epoch() == news.epoch() && last.version() >= news.version()) {
                return;
            }
            held.put(key, news);
        }
        followers.getOrDefault(key.node(), List.of()).forEach(follower -> follower.change(news));
    }

    /** The node's epoch has been announced. */
    synchronized void epoch(NodeId node, long value) {
        epochs.merge(node, value, Math::max);
        followers.getOrDefault(node, List.of()).forEach(follower -> follower.epoch(value));
    }

    /** Gives it a snapshot and, from now on, each change. */
    synchronized void follow(Follower follower) {
        NodeId node = follower.node();
        List<Follower> all = followers.computeIfAbsent(node, _ -> new ArrayList<>());
        if (!all.contains(follower)) {
            all.add(follower);
        }
        follower.snapshot(epochs.getOrDefault(node, 0L), List.copyOf(records.getOrDefault(node, Map.of()).values()));
    }

    synchronized void leave(Follower follower) {
        followers.computeIfPresent(follower.node(), (_, all) -> {
            all.remove(follower);
            return all.isEmpty() ? null : all;
        });
    }
}
