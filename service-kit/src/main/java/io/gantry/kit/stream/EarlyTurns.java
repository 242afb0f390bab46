package io.gantry.kit.stream;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.List;
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
        early(place, own, () -> List.of(message), work);
    }

    /**
     * The same of several messages in a row whose work is one piece; from Kafka they come one by one.
     *
     * @param messages asked for when their turn has come; not empty
     */
    public void early(Place place, Context own, Supplier<List<K>> messages, Supplier<Uni<Void>> work) {
        lanes.of(place.subject())
                .turn(own, () -> {
                    List<K> all = messages.get();
                    if (!ways.takesEarly(place.partition(), all.getFirst())) {
                        leave(place, all.subList(1, all.size()));
                        return Uni.createFrom().voidItem();
                    }
                    return Uni.createFrom()
                            .deferred(work::get)
                            .invoke(() -> all.forEach(message -> ways.taken(place.partition(), message)))
                            .onFailure()
                            .invoke(() -> leave(place, all));
                })
                .subscribe()
                .with(_ -> {}, _ -> {});
    }

    private void leave(Place place, List<K> messages) {
        messages.forEach(message -> ways.leave(place.partition(), message));
    }

    /** From Kafka, on the context where it is handled; completes when the work is done, early or now. */
    public Uni<Void> late(Place place, K message, Supplier<Uni<Void>> work) {
        return lanes.of(place.subject()).turn(Vertx.currentContext(), () -> ways.takesLate(place.partition(), message)
                ? work.get().invoke(() -> ways.arrived(place.partition(), message))
                : Uni.createFrom().voidItem());
    }
}
