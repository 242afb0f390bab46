package io.gantry.image.transfer.core;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.unit.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where each node gets a blob from, when many want the same one.
 *
 * <p>Goals, in order: every node gets it; the registry gives it a few times however many want it; nobody waits behind more nodes than needed. A node that wants a blob alone gets it from the registry, and so does the second within two
 * minutes, which passes it on while it comes. Each further one is sent to the first node that passes it on to fewer than three, and passes it on itself: fifty nodes are a tree of four levels. Nobody is sent to one who gets it from them,
 * directly or not. Who says that a node failed gets the blob from the registry, and that node is sent nobody for five minutes.
 *
 * <p>All of it is memory: after a restart the first ask again. Not safe for threads.
 */
public final class BlobWays {
    /** A node passes on for longer than this. */
    static final Duration LATELY = Duration.ofMinutes(2);
    static final Duration AVOIDED = Duration.ofMinutes(5);
    static final int FROM_REGISTRY = 2;
    static final int FOLLOWERS = 3;
    private final Map<Digest, Wanted> wanted = new HashMap<>();
    private final Map<NodeId, Instant> avoided = new HashMap<>();

    /** @param failed nodes that it was sent to in vain */
    public record Ask(Digest blob, NodeId node, boolean takesNodes, List<NodeId> failed) {}

    public sealed interface Way {
        /** @param passOn others will be sent to who asks */
        record Registry(boolean passOn) implements Way {}

        record Node(NodeId node) implements Way {}
    }

    private static final class Source {
        private final Instant since;
        /** {@code null} for the registry. */
        private final NodeId from;
        private int followers;

        Source(Instant since, NodeId from) {
            this.since = since;
            this.from = from;
        }
    }

    /** One blob: who has asked for it lately, those who pass it on in the order in which they came. */
    private static final class Wanted {
        private final List<Instant> fromRegistry = new ArrayList<>();
        private final Map<NodeId, Source> sources = new LinkedHashMap<>();

        boolean forget(Instant before) {
            fromRegistry.removeIf(before::isAfter);
            sources.values().removeIf(source -> source.since.isBefore(before));
            return fromRegistry.isEmpty() && sources.isEmpty();
        }

        Optional<NodeId> source(NodeId node, Map<NodeId, Instant> avoided) {
            return sources.entrySet().stream()
                    .filter(source -> source.getValue().followers < FOLLOWERS && !avoided.containsKey(source.getKey()) && !follows(source.getKey(), node))
                    .map(Map.Entry::getKey)
                    .findFirst();
        }

        private boolean follows(NodeId one, NodeId other) {
            for (NodeId at = one; at != null; at = sources.containsKey(at) ? sources.get(at).from : null) {
                if (at.equals(other)) {
                    return true;
                }
            }
            return false;
        }
    }

    public Way ask(Ask ask, Instant now) {
        wanted.values().removeIf(one -> one.forget(now.minus(LATELY)));
        avoided.values().removeIf(now::isAfter);
        ask.failed().forEach(node -> avoided.put(node, now.plus(AVOIDED)));
        Wanted blob = wanted.computeIfAbsent(ask.blob(), _ -> new Wanted());
        boolean first = blob.fromRegistry.isEmpty();
        Optional<NodeId> source = ask.takesNodes() && ask.failed().isEmpty() && blob.fromRegistry.size() >= FROM_REGISTRY ? blob.source(ask.node(), avoided) : Optional.empty();
        if (source.isEmpty()) {
            blob.fromRegistry.add(now);
            boolean passOn = ask.takesNodes() && !first;
            if (passOn) {
                blob.sources.put(ask.node(), new Source(now, null));
            }
            return new Way.Registry(passOn);
        }
        blob.sources.get(source.get()).followers++;
        blob.sources.put(ask.node(), new Source(now, source.get()));
        return new Way.Node(source.get());
    }

    /** A node that it is sent to isn't known any more: it is sent nobody. */
    public void forget(NodeId node) {
        wanted.values().forEach(one -> one.sources.remove(node));
    }
}
