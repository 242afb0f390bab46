package io.gantry.scheduler.node.store;

import io.gantry.contracts.id.NodeId;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** Nodes' fencing numbers, which their records of desired state bear. */
public final class Epochs {
    private Epochs() {}

    /** Those of nodes that there are. @param nodes at least one */
    public static Uni<Map<NodeId, Long>> of(Mutiny.Session session, Collection<NodeId> nodes) {
        return session.createNativeQuery("select id, epoch from node where id in (:nodes)", Object[].class)
                .setParameter("nodes", nodes.stream().map(NodeId::value).toList())
                .getResultList()
                .map(rows -> rows.stream().collect(Collectors.toMap(each -> new NodeId((String) each[0]), each -> ((Number) each[1]).longValue())));
    }
}
