package io.gantry.agent.link;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.link.LinkMessage;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.ObservedRecord;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Dials the service, again and again, and keeps one conversation: hello, snapshot, changes; observations until they are acknowledged. All of
 * it on one event loop. A link that answers no ping for {@link #DEADLINE} is dropped.
 */
public final class NodeLink implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);
    private static final int MAX_MESSAGE_BYTES = 64 << 20;
    private static final Logger LOG = Logger.getLogger(NodeLink.class);

    /** Told on the link's event loop; must not block. */
    public interface Listener {
        void snapshot(long epoch, long generation, List<DesiredRecord> records);

        void change(long generation, DesiredRecord record);
    }

    private final NodeIdentity identity;
    private final String version;
    private final Listener listener;
    private final RandomGenerator random;
    private final Context context;
    private final WebSocketClient client;
    private final Outgoing outgoing = new Outgoing();
    private final Outage outage = new Outage();
    private volatile long epoch;
    private WebSocket socket;
    private Duration retry = FIRST_RETRY;
    private boolean ready;
    private boolean pumpsSoon;
    private volatile boolean closed;

    public NodeLink(
            Vertx vertx, NodeIdentity identity, String version, long knownEpoch, Listener listener, RandomGenerator random) {
        this.identity = identity;
        this.version = version;
        this.epoch = knownEpoch;
        this.listener = listener;
        this.random = random;
        this.context = vertx.getOrCreateContext();
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setSsl(true)
                // who it is stands in its certificate's URI, whatever address it has
                .setVerifyHost(false)
                .setTcpNoDelay(true)
                .setConnectTimeout((int) DEADLINE.toMillis())
                .setMaxMessageSize(MAX_MESSAGE_BYTES)
                .setKeyCertOptions(identity.keyCertOptions())
                .setTrustOptions(identity.trustOptions()));
    }

    public void start() {
        context.runOnContext(_ -> dial());
    }

    /** Says it, in order, until it is acknowledged. */
    public void observe(ObservedRecord record) {
        context.runOnContext(_ -> {
            outgoing.add(record);
            pump();
        });
    }

    /** The same within {@link #SOON}, together with what comes meanwhile. */
    public void observeSoon(ObservedRecord record) {
        context.runOnContext(_ -> {
            outgoing.add(record);
            if (!pumpsSoon) {
                pumpsSoon = true;
                context.owner().setTimer(SOON.toMillis(), _ -> {
                    pumpsSoon = false;
                    pump();
                });
            }
        });
    }

    /** Says it; a newer one of the same key may take its place before it is sent. */
    public void beat(ObservedRecord record) {
        context.runOnContext(_ -> {
            outgoing.addLatest(record);
            pump();
        });
    }

    @Override
    public void close() {
        closed = true;
        context.runOnContext(_ -> {
            pump();
            if (socket != null) {
                socket.close();
            }
            client.close();
        });
    }

    private void dial() {
        if (closed) {
            return;
        }
        String service = identity.service();
        int colon = service.lastIndexOf(':');
        client.connect(new WebSocketConnectOptions()
                        .setHost(service.substring(0, colon))
                        .setPort(Integer.parseInt(service.substring(colon + 1)))
                        .setSsl(true)
                        .setURI("/link"))
                .onComplete(result -> context.runOnContext(_ -> {
                    if (result.succeeded()) {
                        open(result.result());
                    } else {
                        broken("no link to " + service + ": " + result.cause().getMessage());
                        dialLater();
                    }
                }));
    }

    private void broken(String what) {
        outage.tell(what).ifPresent(words -> LOG.warnf("%s; dialling on, and containers run on", words));
    }

    private void dialLater() {
        if (closed) {
            return;
        }
        long wait = retry.toMillis() / 2 + random.nextLong(retry.toMillis());
        retry = retry.multipliedBy(2).compareTo(LAST_RETRY) > 0 ? LAST_RETRY : retry.multipliedBy(2);
        context.owner().setTimer(wait, _ -> context.runOnContext(_ -> dial()));
    }

    private void open(WebSocket opened) {
        if (closed || !ServiceCertificate.isPeerOf(opened.sslSession())) {
            broken("what answers at " + identity.service() + " is no service of this installation");
            opened.close();
            dialLater();
            return;
        }
        long[] heard = {System.nanoTime()};
        long pulse = context.owner().setPeriodic(DEADLINE.toMillis() / 4, _ -> {
            if (System.nanoTime() - heard[0] > DEADLINE.toNanos()) {
                broken("the link to " + identity.service() + " is silent");
                opened.close();
            } else {
                opened.writePing(Buffer.buffer("?"));
            }
        });
        opened.pongHandler(_ -> heard[0] = System.nanoTime());
        opened.exceptionHandler(e -> LOG.debugf(e, "link broke"));
        opened.drainHandler(_ -> context.runOnContext(_ -> pump()));
        opened.closeHandler(_ -> context.runOnContext(_ -> {
            context.owner().cancelTimer(pulse);
            if (socket == opened) {
                LOG.debugf("the link to %s is closed", identity.service());
                socket = null;
                ready = false;
                outgoing.rewind();
            }
            dialLater();
        }));
        opened.textMessageHandler(text -> context.runOnContext(_ -> receive(opened, text)));
        opened.writeTextMessage(
                Json.write(new LinkMessage.Hello(LinkMessage.PROTOCOL, identity.node(), version, epoch)));
        socket = opened;
    }

    /** A link is of no use when what comes through it isn't understood: the next one begins with a snapshot again. */
    private void receive(WebSocket from, String text) {
        if (from != socket) {
            return; // given up meanwhile
        }
        try {
            take(text);
        } catch (RuntimeException e) {
            LOG.debug("what came through the link", e);
            broken("what " + identity.service() + " says can't be understood: " + e.getMessage());
            from.close();
        }
    }

    private void take(String text) {
        switch (Json.read(text, LinkMessage.class)) {
            case LinkMessage.Snapshot(var newEpoch, var generation, var records) -> {
                LOG.infof("linked %sto %s, epoch %d, %d records", outage.end() ? "again " : "", identity.service(), newEpoch, records.size());
                retry = FIRST_RETRY;
                epoch = Math.max(epoch, newEpoch);
                listener.snapshot(newEpoch, generation, records);
                ready = true;
                pump();
            }
            case LinkMessage.Change(var generation, var record) -> listener.change(generation, record);
            case LinkMessage.Ack(var sequence) -> {
                outgoing.acknowledged(sequence);
                pump();
            }
            case LinkMessage.Refused(var reason) -> broken(identity.service() + " refused the link: " + reason);
            case LinkMessage.Hello _, LinkMessage.Observation _ -> LOG.warn("a service doesn't send that");
        }
    }

    private void pump() {
        while (ready && socket != null && !socket.isClosed() && !socket.writeQueueFull()) {
            var message = outgoing.next();
            if (message.isEmpty()) {
                return;
            }
            socket.writeTextMessage(Json.write(message.get()));
        }
    }
}
