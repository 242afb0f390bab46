package io.gantry.image.build.stream;

import io.gantry.contracts.event.NodeEvent;
import io.gantry.image.ImageTransactions;
import io.gantry.image.build.store.NodeAddresses;
import io.gantry.kit.stream.FactHandling;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Where nodes are. */
@ApplicationScoped
class NodeFacts {
    private final FactHandling facts;

    @Inject
    NodeFacts(ImageTransactions transactions, NodeAddresses addresses) {
        facts = new FactHandling(
                "nodes", transactions, NodeEvent.class::isInstance, (tx, fact) -> addresses.apply(tx, (NodeEvent) fact.event()));
    }

    @Incoming("image-node-events")
    Uni<Void> on(String json) {
        return facts.handle(json);
    }
}
