package io.gantry.kit.outbox;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.StateKey;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** One transaction of one service: its session, and what shall be published if it commits. */
public final class Transaction {
    private static final String INSERT =
            "insert into outbox (topic, partition, key, payload)"
                    // without the inner cast PostgreSQL takes the parameter for a number and refuses the text
                    + " values (:topic, cast(cast(:partition as text) as integer), :key, cast(:payload as text))";
    private final Mutiny.Session session;
    private final String source;
    private final UUID cause;
    private final World world;
    private boolean published;

    Transaction(Mutiny.Session session, String source, UUID cause, World world) {
        this.session = session;
        this.source = source;
        this.cause = cause;
        this.world = world;
    }

    public Mutiny.Session session() {
        return session;
    }

    /** The event that led to this transaction; {@code null} when a person asked. */
    public UUID cause() {
        return cause;
    }

    public Uni<Void> publish(Event event) {
        Fact fact = new Fact(Ids.uuid7(world.now(), world.random()), source, event.subject(), world.now(), cause, event);
        return append(fact.topic(), null, fact.subject(), fact.toJson());
    }

    /** In the order of the list. */
    public Uni<Void> publish(List<? extends Event> events) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (Event event : events) {
            all = all.chain(() -> publish(event));
        }
        return all;
    }

    /** What a node shall hold from now on. {@code version} must grow with each write of the same key. */
    public Uni<Void> desire(StateKey key, long version, long epoch, Desired body) {
        return append(
                Topics.NODE_DESIRED,
                Topics.statePartition(key.node().value()),
                key.toString(),
                Json.write(new DesiredRecord(key, version, epoch, body)));
    }

    /** The node shall not hold it any more. */
    public Uni<Void> forget(StateKey key) {
        return append(Topics.NODE_DESIRED, Topics.statePartition(key.node().value()), key.toString(), null);
    }

    boolean hasPublished() {
        return published;
    }

    private Uni<Void> append(String topic, Integer partition, String key, String payload) {
        published = true;
        return session.createNativeQuery(INSERT)
                .setParameter("topic", topic)
                .setParameter("partition", partition == null ? null : partition.toString())
                .setParameter("key", key)
                .setParameter("payload", payload)
                .executeUpdate()
                .replaceWithVoid();
    }
}
