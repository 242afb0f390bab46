package io.gantry.agent.link;

import io.gantry.contracts.link.LinkMessage;
import io.gantry.contracts.state.ObservedRecord;
import io.gantry.contracts.state.StateKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What this node has to say, in order, until it is acknowledged. Runs of a container's records are kept one by one, since an exit must not
 * be lost under the next start; of the node's own heartbeats only the latest waits. Not thread-safe: the link's event loop owns it.
 */
final class Outgoing {
    /** Unacknowledged messages at a time; the service takes no more than 256. */
    static final int WINDOW = 64;

    private static final int BATCH = 100;
    private final Map<Long, LinkMessage.Observation> sent = new LinkedHashMap<>();
    private final List<ObservedRecord> waiting = new ArrayList<>();
    private final Map<StateKey, ObservedRecord> latest = new HashMap<>();
    private long sequence;

    void add(ObservedRecord record) {
        waiting.add(record);
    }

    /** Replaces what waits under that key. */
    void addLatest(ObservedRecord record) {
        latest.put(record.key(), record);
    }

    /** The next message to send, if one may be sent now. */
    Optional<LinkMessage.Observation> next() {
        if (sent.size() >= WINDOW || waiting.isEmpty() && latest.isEmpty()) {
            return Optional.empty();
        }
        List<ObservedRecord> batch = new ArrayList<>(latest.values());
        latest.clear();
        List<ObservedRecord> first = waiting.subList(0, Math.min(BATCH, waiting.size()));
        batch.addAll(first);
        first.clear();
        LinkMessage.Observation message = new LinkMessage.Observation(++sequence, batch);
        sent.put(message.sequence(), message);
        return Optional.of(message);
    }

    void acknowledged(long number) {
        sent.remove(number);
    }

    /** The connection is gone: what wasn't acknowledged on it is to be said again, in order, before anything newer. */
    void rewind() {
        List<ObservedRecord> again = new ArrayList<>();
        for (LinkMessage.Observation message : sent.values()) {
            again.addAll(message.records());
        }
        sent.clear();
        waiting.addAll(0, again);
    }

    int pending() {
        return sent.size() + waiting.size() + latest.size();
    }
}
