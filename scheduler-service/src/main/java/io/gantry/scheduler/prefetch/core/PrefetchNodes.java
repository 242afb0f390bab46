package io.gantry.scheduler.prefetch.core;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.node.core.Node;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which nodes somebody means. */
public sealed interface PrefetchNodes {
    record Chosen(List<NodeId> nodes) implements PrefetchNodes {}

    record No(Refusal refusal) implements PrefetchNodes {}

    /**
     * A drained node is meant only where it is named: it takes no containers now, but may soon.
     *
     * @param wanted names or ids; {@code null} for all
     */
    static PrefetchNodes of(List<String> wanted, Collection<Node> all) {
        if (wanted == null) {
            List<NodeId> ready = all.stream().filter(node -> node.health() == Health.READY && !node.drained()).map(Node::id).toList();
            return ready.isEmpty() ? no(ProblemType.CONFLICT, "no node is ready", null) : new Chosen(ready);
        }
        Set<NodeId> chosen = new LinkedHashSet<>();
        for (int i = 0; i < wanted.size(); i++) {
            String name = wanted.get(i);
            Optional<Node> found = all.stream()
                    .filter(node -> node.id().value().equals(name) || node.name().equals(name))
                    // of several with one name the others are lost
                    .min(Comparator.comparing((Node node) -> node.health() != Health.READY));
            if (found.isEmpty()) {
                return no(ProblemType.NOT_FOUND, "no node is called '" + name + "'", "nodes[" + i + "]");
            }
            if (found.get().health() != Health.READY) {
                return no(ProblemType.CONFLICT, "the node " + name + " isn't heard, so that it can't fetch anything", "nodes[" + i + "]");
            }
            chosen.add(found.get().id());
        }
        return new Chosen(List.copyOf(chosen));
    }

    private static No no(ProblemType type, String detail, String field) {
        return new No(new Refusal(type, detail, field, "see them with: gantry nodes"));
    }
}
