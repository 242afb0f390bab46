package io.gantry.kit.stream;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/**
 * Messages that come twice, told the short way and from Kafka, are handled when they come first ({@link TwoWays}): those of one subject
 * one after the other in the order in which they came, those of others beside them.
 *
 * @param <K> what tells one message from the others
 */
public final class EarlyTurns<K> {
    private final TwoWays<K> ways = new TwoWays<>();
    private final Lanes lanes;

    /**
     * Where a message belongs.
     *
     * @param partition of its topic
     * @param subject whose messages keep their order
     */
    public record Place(int partition, String subject) {}

    /** @param lanes may be others' too: then these wait for those of the same subject, and those for these */
    public EarlyTurns(Lanes lanes) {
        this.lanes = lanes;
    }

    /** Told the short way. Work that fails is left to Kafka. @param own where it is done */
    public void early(Place place, K message, Context own, Supplier<Uni<Void>> work) {
        lanes.of(place.subject())
                .turn(own, () -> ways.takesEarly(place.partition(), message)
                        ? Uni.createFrom()
                                .deferred(work::get)
                                .invoke(() -> ways.taken(place.partition(), message))
                                .onFailure()
                                .invoke(() -> ways.leave(place.partition(), message))
                        : Uni.createFrom().voidItem())
                .subscribe()
                .with(_ -> {}, _ -> {});
    }

    /** From Kafka, on the context where it is handled; completes when the work is done, early or now. */
    public Uni<Void> late(Place place, K message, Supplier<Uni<Void>> work) {
        return lanes.of(place.subject()).turn(Vertx.currentContext(), () -> ways.takesLate(place.partition(), message)
                ? work.get().invoke(() -> ways.arrived(place.partition(), message))
                : Uni.createFrom().voidItem());
    }
}
