package io.gantry.scheduler.prefetch.core;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.PrefetchId;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Observed.Prefetched;
import io.gantry.contracts.view.PrefetchView;
import io.gantry.contracts.view.PrefetchView.OnNode;
import io.gantry.contracts.view.PrefetchView.State;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.node.core.Node;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What somebody asked for.
 *
 * @param image as it was asked for
 */
public record PrefetchWish(PrefetchId id, String image, ResolvedImage resolved, List<NodeId> nodes, Instant createdAt, Instant until) {
    public PrefetchWish {
        nodes = List.copyOf(nodes);
    }

    /** By what all nodes said last. */
    public PrefetchView view(Collection<Node> all) {
        Map<NodeId, Node> known = all.stream().collect(Collectors.toMap(Node::id, Function.identity()));
        List<OnNode> each = nodes.stream().map(node -> on(node, known.get(node))).sorted(Comparator.comparing(OnNode::name)).toList();
        return new PrefetchView(id, image, resolved.manifest(), createdAt, until, each);
    }

    /** @param node {@code null} if it is gone */
    private OnNode on(NodeId node, Node known) {
        if (known == null) {
            return new OnNode(node, node.value(), State.AWAY, "the node is gone");
        }
        if (known.health() != Health.READY) {
            return new OnNode(node, known.name(), State.AWAY, "the node isn't heard");
        }
        return known.facts().prefetched().stream()
                .filter(one -> one.id().equals(id.value()))
                .findFirst()
                .map(said -> new OnNode(node, known.name(), state(said), said.why()))
                .orElseGet(() -> new OnNode(node, known.name(), State.WAITING, null));
    }

    private static State state(Prefetched said) {
        return switch (said.state()) {
            case COMING -> State.FETCHING;
            case HERE -> said.present() ? State.PRESENT : State.FETCHED;
            case NO_ROOM -> State.NO_ROOM;
            case FAILED -> State.FAILED;
        };
    }
}
