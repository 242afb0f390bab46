package io.gantry.kit.stream;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Messages that come twice, told the short way and from Kafka, are handled when they come first ({@link TwoWays}): those of one subject
 * one after the other in the order in which they came, those of others beside them.
 *
 * @param <K> what tells one message from the others
 */
public final class EarlyTurns<K> {
    private static final int LANES = 64;
    private final TwoWays<K> ways = new TwoWays<>();
    private final Lane[] lanes = Stream.generate(Lane::new).limit(LANES).toArray(Lane[]::new);

    /**
     * Where a message belongs.
     *
     * @param partition of its topic
     * @param subject whose messages keep their order
     */
    public record Place(int partition, String subject) {}

    /** Told the short way. Work that fails is left to Kafka. @param own where it is done */
    public void early(Place place, K message, Context own, Supplier<Uni<Void>> work) {
        lane(place)
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
        return lane(place).turn(Vertx.currentContext(), () -> ways.takesLate(place.partition(), message)
                ? work.get().invoke(() -> ways.arrived(place.partition(), message))
                : Uni.createFrom().voidItem());
    }

    private Lane lane(Place place) {
        return lanes[Math.floorMod(place.subject().hashCode(), LANES)];
    }
}
