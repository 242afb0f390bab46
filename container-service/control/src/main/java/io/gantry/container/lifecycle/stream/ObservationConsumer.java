package io.gantry.container.lifecycle.stream;

import io.gantry.container.lifecycle.core.ContainerCommand;
import io.gantry.container.lifecycle.store.Containers;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.ObservedRecord;
import io.gantry.contracts.state.StateKey;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.stream.Defects;
import io.gantry.kit.stream.EarlyTurns;
import io.gantry.kit.stream.ShortWay;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
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
    private final ShortWay shortWay;
    private final EarlyTurns<Word> turns = new EarlyTurns<>();

    /** What a node says once: it counts what it says of each thing. */
    private record Word(StateKey key, long epoch, long version) {}

    @Inject
    ObservationConsumer(Containers containers, ShortWay shortWay) {
        this.containers = containers;
        this.shortWay = shortWay;
    }

    @PostConstruct
    void hearEarly() {
        Context loop = shortWay.loop();
        shortWay.listen(Topics.NODE_OBSERVED, message -> {
            ObservedRecord said = Json.read(message.payload(), ObservedRecord.class);
            command(said).ifPresent(command -> turns.early(place(said), word(said), ShortWay.own(loop), () -> change(said, command)));
        });
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
        return command(said)
                .map(command -> turns.late(place(said), word(said), () -> untilDone(said, command)))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private static Optional<ContainerCommand> command(ObservedRecord said) {
        NodeId node = said.key().node();
        return switch (said.body()) {
            case Observed.Container now -> Optional.of(new ContainerCommand.Observe(node, said.version(), said.epoch(), now));
            case Observed.Happening once -> Optional.of(new ContainerCommand.Hear(node, said.version(), said.epoch(), once));
            case Observed.Node _ -> Optional.empty();
        };
    }

    private static ContainerId container(ObservedRecord said) {
        return switch (said.body()) {
            case Observed.Container now -> now.id();
            case Observed.Happening once -> once.id();
            case Observed.Node _ -> throw new IllegalArgumentException(said.key() + " is no container's");
        };
    }

    private static Word word(ObservedRecord said) {
        return new Word(said.key(), said.epoch(), said.version());
    }

    private static EarlyTurns.Place place(ObservedRecord said) {
        return new EarlyTurns.Place(Topics.statePartition(said.key().node().value()), container(said).value());
    }

    private Uni<Void> change(ObservedRecord said, ContainerCommand command) {
        return containers
                .change(container(said), command)
                .replaceWithVoid()
                .onFailure(e -> e instanceof Refused refused && refused.refusal().type() == ProblemType.NOT_FOUND)
                .recoverWithNull();
    }

    private Uni<Void> untilDone(ObservedRecord said, ContainerCommand command) {
        return change(said, command)
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
