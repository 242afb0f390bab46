package io.gantry.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.link.LinkMessage;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.ObservedRecord;
import io.gantry.contracts.state.StateKey;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class NodeLinkIT {
    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<LogRecord> logged = new LinkedBlockingQueue<>();
    private final Logger logger = Logger.getLogger(NodeLink.class.getName());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            logged.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir Path folder;

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
        logger.setLevel(Level.ALL);
    }

    @AfterEach
    void close() {
        logger.removeHandler(handler);
        vertx.close();
    }

    @Test
    void warnsOnceThatTheServiceIsAwayWithAddressAndReason() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0)) {
            port = taken.getLocalPort();
        }
        NodeIdentity identity = TestIdentity.save(folder, "127.0.0.1:1").at("127.0.0.1:" + port);
        try (NodeLink link = new NodeLink(vertx, identity, "1", 0, nobody(), new Random(1))) {
            link.start();
            LogRecord first = logged.poll(10, TimeUnit.SECONDS);
            assertThat(first.getLevel().getName()).isEqualTo("WARN");
            assertThat(((ExtLogRecord) first).getFormattedMessage()).contains("no link to 127.0.0.1:" + port, "Connection refused");
            assertThat(logged.poll(1, TimeUnit.SECONDS)).as("a second word, after the next tries").isNull();
        }
    }

    @Test
    void dialsAnewWhenWhatComesIsNotUnderstood() throws Exception {
        NodeIdentity identity = TestIdentity.save(folder, "127.0.0.1:1");
        BlockingQueue<String> hellos = new LinkedBlockingQueue<>();
        int port = vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true).setKeyCertOptions(identity.keyCertOptions()).setTrustOptions(identity.trustOptions()).setClientAuth(ClientAuth.REQUIRED))
                .webSocketHandler(socket -> socket.textMessageHandler(text -> {
                    hellos.add(text);
                    socket.writeTextMessage("{\"type\":\"snapshot\",\"epoch\":");
                }))
                .requestHandler(request -> request.response().setStatusCode(404).end())
                .listen(0, "127.0.0.1")
                .toCompletionStage().toCompletableFuture().join().actualPort();
        try (NodeLink link = new NodeLink(vertx, identity.at("127.0.0.1:" + port), "1", 0, nobody(), new Random(1))) {
            link.start();
            assertThat(hellos.poll(10, TimeUnit.SECONDS)).contains("hello");
            assertThat(hellos.poll(10, TimeUnit.SECONDS)).as("a second hello").contains("hello");
            assertThat(logged).extracting(one -> ((ExtLogRecord) one).getFormattedMessage())
                    .filteredOn(one -> one.contains("what 127.0.0.1:" + port + " says can't be understood"))
                    .hasSize(1);
        }
    }

    @Test
    void whatMayWaitIsSaidWithWhatComesMeanwhileAndNothingOvertakesIt() throws Exception {
        NodeIdentity identity = TestIdentity.save(folder, "127.0.0.1:1");
        BlockingQueue<LinkMessage> heard = new LinkedBlockingQueue<>();
        int port = vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true).setKeyCertOptions(identity.keyCertOptions()).setTrustOptions(identity.trustOptions()).setClientAuth(ClientAuth.REQUIRED))
                .webSocketHandler(socket -> socket.textMessageHandler(text -> {
                    LinkMessage message = Json.read(text, LinkMessage.class);
                    if (message instanceof LinkMessage.Hello) {
                        socket.writeTextMessage(Json.write(new LinkMessage.Snapshot(1, 1, List.of())));
                    }
                    heard.add(message);
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage().toCompletableFuture().join().actualPort();
        try (NodeLink link = new NodeLink(vertx, identity.at("127.0.0.1:" + port), "1", 0, nobody(), new Random(1))) {
            link.start();
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isInstanceOf(LinkMessage.Hello.class);
            link.observe(record(1));
            assertThat(versions(heard)).containsExactly(1L);
            link.observeSoon(record(2));
            link.observeSoon(record(3));
            assertThat(versions(heard)).as("in one message").containsExactly(2L, 3L);
            link.observeSoon(record(4));
            link.observe(record(5));
            assertThat(versions(heard)).containsExactly(4L, 5L);
        }
    }

    private static List<Long> versions(BlockingQueue<LinkMessage> heard) throws InterruptedException {
        return ((LinkMessage.Observation) heard.poll(10, TimeUnit.SECONDS)).records().stream().map(ObservedRecord::version).toList();
    }

    private static ObservedRecord record(long version) {
        ContainerId id = new ContainerId("a".repeat(64));
        NodeId node = new NodeId("node-00000000-0000-7000-8000-000000000001");
        return new ObservedRecord(
                new StateKey(node, "happening", id.value()), version, 1, new Observed.Happening(id, Instant.EPOCH, new Observed.What.Resized(24, 80)));
    }

    private static NodeLink.Listener nobody() {
        return new NodeLink.Listener() {
            @Override
            public void snapshot(long epoch, long generation, List<DesiredRecord> records) {}

            @Override
            public void change(long generation, DesiredRecord record) {}
        };
    }
}
