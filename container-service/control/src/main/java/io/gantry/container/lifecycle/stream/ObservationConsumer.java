package io.gantry.container.lifecycle.stream;

import io.gantry.container.lifecycle.store.Containers;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.state.ObservedRecord;
import io.gantry.kit.outbox.OwnContext;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.stream.EarlyTurns;
import io.gantry.kit.stream.ShortWay;
import io.gantry.kit.stream.UntilDone;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** What nodes say of their containers. Version and epoch in the record, not an inbox, make a repetition harmless. */
@ApplicationScoped
class ObservationConsumer {
    private static final Logger LOG = Logger.getLogger(ObservationConsumer.class);
    private final Containers containers;
    private final ShortWay shortWay;
    private final EarlyTurns<Told.Word> turns;
    private final ToldInARow rows = new ToldInARow();

    @Inject
    ObservationConsumer(Containers containers, ContainerLanes lanes, ShortWay shortWay) {
        this.containers = containers;
        this.turns = new EarlyTurns<>(lanes.all());
        this.shortWay = shortWay;
    }

    @PostConstruct
    void hearEarly() {
        Context loop = shortWay.loop();
        shortWay.listen(Topics.NODE_OBSERVED, message -> {
            Optional<Told> told = Told.of(Json.read(message.payload(), ObservedRecord.class));
            told.ifPresent(one -> early(one, loop));
        });
    }

    private void early(Told one, Context loop) {
        rows.add(one).ifPresent(row -> turns.early(
                one.place(), OwnContext.on(loop), () -> rows.begin(row).stream().map(Told::word).toList(), () -> change(Told.together(row))));
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
        return Told.of(said)
                .map(one -> turns.late(one.place(), one.word(), () -> untilDone(one)))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private Uni<Void> change(Told told) {
        return containers
                .change(told.id(), told.command())
                .replaceWithVoid()
                .onFailure(e -> e instanceof Refused refused && refused.refusal().type() == ProblemType.NOT_FOUND)
                .recoverWithNull();
    }

    /** The next word of the same container is whole again: one that we can't take must not hold up the node's others. */
    private Uni<Void> untilDone(Told told) {
        return UntilDone.work(change(told), e -> LOG.errorf(e, "can't take in what %s says yet", told.said().key()), () -> false);
    }
}
