package io.gantry.container.lifecycle.stream;

import io.gantry.container.lifecycle.core.ContainerCommand;
import io.gantry.container.lifecycle.store.Containers;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.ObservedRecord;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.stream.Defects;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** What nodes say of their containers. Version and epoch in the record, not an inbox, make a repetition harmless. */
@ApplicationScoped
class ObservationConsumer {
    private static final Logger LOG = Logger.getLogger(ObservationConsumer.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);
    private final Containers containers;

    @Inject
    ObservationConsumer(Containers containers) {
        this.containers = containers;
    }

    @Incoming("container-observed")
    Uni<Void> on(ConsumerRecord<String, String> record) {
        if (record.value() == null) {
            return Uni.createFrom().voidItem();
        }
        ObservedRecord said;
        try {
            said = Json.read(record.value(), ObservedRecord.class);
        } catch (IllegalArgumentException e) {
            LOG.errorf("skipped what is no observation at %s/%d: %s", record.topic(), record.offset(), e.getMessage());
            return Uni.createFrom().voidItem();
        }
        NodeId node = said.key().node();
        return switch (said.body()) {
            case Observed.Container now -> take(said, now.id(), new ContainerCommand.Observe(node, said.version(), said.epoch(), now));
            case Observed.Happening once -> take(said, once.id(), new ContainerCommand.Hear(node, said.version(), said.epoch(), once));
            case Observed.Node _ -> Uni.createFrom().voidItem();
        };
    }

    private Uni<Void> take(ObservedRecord said, ContainerId id, ContainerCommand command) {
        return containers
                .change(id, command)
                .replaceWithVoid()
                .onFailure(e -> e instanceof Refused refused && refused.refusal().type() == ProblemType.NOT_FOUND)
                .recoverWithNull()
                .onFailure()
                .invoke(e -> LOG.errorf(e, "can't take in what %s says yet", said.key()))
                .onFailure(e -> !Defects.is(e))
                .retry()
                .withBackOff(FIRST_RETRY, LAST_RETRY)
                .indefinitely()
                // the next word of the same container is whole again: one that we can't take must not hold up the node's others
                .onFailure(Defects::is)
                .recoverWithNull();
    }
}
