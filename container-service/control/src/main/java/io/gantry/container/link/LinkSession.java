package io.gantry.container.link;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.link.LinkMessage;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.StateKey;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/** One agent's open link. All of it runs on the connection's event loop but what {@link DesiredTopic} calls. */
final class LinkSession implements DesiredTopic.Follower {
    private static final Logger LOG = Logger.getLogger(LinkSession.class);

    /** Observations taken from the agent and not yet in Kafka, before we stop reading. Agents keep below it by themselves. */
    private static final int MAX_UNACKNOWLEDGED = 256;

    private final NodeId node;
    private final ServerWebSocket socket;
    private final Context context;
    private final DesiredTopic desired;
    private final ObservationProducer observations;
    private final LongSupplier generations;
    private final Map<StateKey, DesiredRecord> held = new LinkedHashMap<>();
    private long epoch;
    private long generation;
    private boolean snapshotSent;
    private int unacknowledged;

    LinkSession(
            NodeId node,
            long epoch,
            ServerWebSocket socket,
            Context context,
            DesiredTopic desired,
            ObservationProducer observations,
            LongSupplier generations) {
        this.node = node;
        this.epoch = epoch;
        this.socket = socket;
        this.context = context;
        this.desired = desired;
        this.observations = observations;
        this.generations = generations;
    }

    void start() {
        socket.drainHandler(_ -> flush());
        desired.follow(this);
    }

    void stop() {
        desired.leave(this);
    }

    void supersede() {
        refuse("another link of this node is newer");
    }

    @Override
    public NodeId node() {
        return node;
    }

    @Override
    public void snapshot(long announced, List<DesiredRecord> records) {
        context.runOnContext(_ -> {
            epoch = Math.max(epoch, announced);
            held.clear();
            generation = generations.getAsLong();
            snapshotSent = true;
            send(new LinkMessage.Snapshot(epoch, generation, records));
        });
    }

    @Override
    public void change(DesiredRecord record) {
        context.runOnContext(_ -> {
            held.remove(record.key());
            held.put(record.key(), record);
            flush();
        });
    }

    /** A node that was lost and is back gets everything anew under its new epoch. */
    @Override
    public void epoch(long announced) {
        context.runOnContext(_ -> {
            if (announced > epoch) {
                epoch = announced;
                desired.follow(this);
            }
        });
    }

    /** While the agent doesn't read, only the latest of each record is kept for it. */
    private void flush() {
        while (snapshotSent && !held.isEmpty() && !socket.isClosed() && !socket.writeQueueFull()) {
            StateKey first = held.keySet().iterator().next();
            send(new LinkMessage.Change(generation, held.remove(first)));
        }
    }

    void receive(Buffer frame) {
        LinkMessage message;
        try {
            message = Json.read(frame.toString(), LinkMessage.class);
        } catch (IllegalArgumentException e) {
            refuse("that is no link message: " + e.getMessage());
            return;
        }
        switch (message) {
            case LinkMessage.Observation observation -> observed(observation);
            case LinkMessage.Hello _ -> refuse("a second hello");
            case LinkMessage.Snapshot _, LinkMessage.Change _, LinkMessage.Ack _, LinkMessage.Refused _ ->
                    refuse("an agent doesn't send that");
        }
    }

    private void observed(LinkMessage.Observation observation) {
        for (var record : observation.records()) {
            if (!record.key().node().equals(node)) {
                refuse("the certificate is " + node + "'s, the observation speaks of " + record.key());
                return;
            }
        }
        unacknowledged++;
        if (unacknowledged == MAX_UNACKNOWLEDGED) {
            socket.pause();
        }
        observations.publish(observation.records()).whenComplete((_, failure) -> context.runOnContext(_ -> {
            unacknowledged--;
            if (failure != null) {
                LOG.warnf("what %s says can't be published: %s; it will say it again", node, failure.getMessage());
                socket.close();
                return;
            }
            send(new LinkMessage.Ack(observation.sequence()));
            if (unacknowledged == MAX_UNACKNOWLEDGED / 2) {
                socket.resume();
            }
        }));
    }

    private void refuse(String reason) {
        LOG.warnf("link of %s closed: %s", node, reason);
        send(new LinkMessage.Refused(reason));
        socket.close();
    }

    private void send(LinkMessage message) {
        if (!socket.isClosed()) {
            socket.writeTextMessage(write(message));
        }
    }

    static String write(LinkMessage message) {
        return Json.write(message);
    }
}
