package io.gantry.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.link.FrameCutter;
import io.gantry.contracts.link.StreamControl;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.view.ContainerView;
import io.gantry.gateway.fixture.TestPki;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Beside an agent that says how a stream ended, and hears that it was left. */
@Timeout(30)
class AgentClientTest {
    private static final NodeId NODE = new NodeId("node-018f0000-0000-7000-8000-000000000001");
    private static final NodeId OTHER = new NodeId("node-018f0000-0000-7000-8000-000000000002");
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private AgentClient agents;
    private int port;

    @TempDir Path folder;

    @BeforeEach
    void begin() throws Exception {
        TestPki pki = new TestPki(folder);
        pki.issue("node", "gantry://node/" + NODE.value());
        var options = new HttpServerOptions()
                .setSsl(true)
                .setClientAuth(ClientAuth.REQUIRED)
                .setKeyCertOptions(new PemKeyCertOptions().addCertPath(pki.file("node.crt")).addKeyPath(pki.file("node.key")))
                .setTrustOptions(new PemTrustOptions().addCertPath(pki.file("ca.crt")));
        port = vertx.createHttpServer(options)
                .connectionHandler(_ -> connections.incrementAndGet())
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS).actualPort();
        agents = new AgentClient(vertx, folder, Duration.ofMinutes(1));
    }

    @AfterEach
    void end() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private void answer(HttpServerRequest request) {
        asked.add(request.method() + " " + request.path());
        var response = request.response().setChunked(true);
        if (request.path().equals("/no-container")) {
            Problem problem = Problem.of(ProblemType.NOT_FOUND, "this node has no container x");
            response.setStatusCode(problem.status()).putHeader("Content-Type", Problem.CONTENT_TYPE).end(Json.write(problem));
            request.resume();
        } else if (request.path().equals("/ends")) {
            Buffer exit = Frames.control(new StreamControl.Exit(3, null));
            response.end(Buffer.buffer().appendInt(0).appendInt(exit.length()).appendBuffer(exit));
            request.resume();
        } else {
            request.endHandler(_ -> {
                left.complete(null);
                response.end();
            });
            response.writeHead();
            flood(request);
        }
    }

    /** As fast as somebody takes it. */
    private static void flood(HttpServerRequest request) {
        if (!request.response().ended()) {
            request.response().write(Buffer.buffer().appendInt(1 << 15).appendBytes(new byte[1 << 15])).onSuccess(_ -> Vertx.currentContext().runOnContext(_ -> flood(request)));
        }
    }

    private CompletableFuture<AgentStream> open(NodeId node, String uri, CompletableFuture<StreamControl> said, CompletableFuture<Void> over) {
        CompletableFuture<AgentStream> opened = new CompletableFuture<>();
        context.runOnContext(_ -> agents.open(new ContainerView.Node(node, "n1", Ipv4.parse("127.0.0.1"), port), uri).onFailure(opened::completeExceptionally).onSuccess(stream -> {
            stream.onFrame(frame -> said.complete(frame.getByte(0) == StreamControl.CONTROL ? Frames.control(frame) : null)).onEnd(() -> over.complete(null));
            opened.complete(stream);
        }));
        return opened;
    }

    @Test
    void streamsFollowEachOtherOnOneConnection() throws Exception {
        for (int i = 0; i < 10; i++) {
            CompletableFuture<StreamControl> said = new CompletableFuture<>();
            CompletableFuture<Void> over = new CompletableFuture<>();
            AgentStream stream = open(NODE, "/ends", said, over).get(10, TimeUnit.SECONDS);
            assertThat(said).as("before anybody listens").isNotDone();
            context.runOnContext(_ -> stream.resume());
            over.get(10, TimeUnit.SECONDS);
            assertThat(said.join()).isEqualTo(new StreamControl.Exit(3, null));
        }
        assertThat(connections).as("of ten streams").hasValueLessThanOrEqualTo(3);
    }

    @Test
    void aStreamThatIsLeftUnreadFreesItsConnectionAndHoldsUpNoOther() throws Exception {
        AgentStream unread = open(NODE, "/flood", new CompletableFuture<>(), new CompletableFuture<>()).get(10, TimeUnit.SECONDS);
        CompletableFuture<Void> over = new CompletableFuture<>();
        AgentStream beside = open(NODE, "/ends", new CompletableFuture<>(), over).get(10, TimeUnit.SECONDS);
        context.runOnContext(_ -> beside.resume());
        over.get(10, TimeUnit.SECONDS);
        assertThat(left).isNotDone();
        context.runOnContext(_ -> unread.leave());
        left.get(10, TimeUnit.SECONDS);
    }

    @Test
    void aContainerThatIsNotThereIsAskedForOnce() {
        assertThatThrownBy(() -> open(NODE, "/no-container", new CompletableFuture<>(), new CompletableFuture<>()).get(10, TimeUnit.SECONDS)).hasMessageContaining("this node has no container x");
        assertThat(asked).containsExactly("POST /no-container");
    }

    @Test
    void whoAnswersInANodesPlaceHearsNothing() {
        assertThatThrownBy(() -> open(OTHER, "/ends", new CompletableFuture<>(), new CompletableFuture<>()).get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(NodeIdentity.Mismatch.class);
    }
}
