package io.gantry.container.link;

import io.gantry.container.lifecycle.store.Nodes;
import io.gantry.container.pki.PkiBootstrap;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.link.LinkMessage;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.kit.time.World;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The port that agents dial: {@code /link}, {@link ContainerFilesRoute} and {@code POST /renewals} with a node's certificate, {@code POST /join} without one. A link that answers no ping within
 * the deadline is closed.
 */
@ApplicationScoped
class LinkServer {
    private static final Logger LOG = Logger.getLogger(LinkServer.class);
    private static final int MAX_MESSAGE_BYTES = 64 << 20;
    private final Vertx vertx;
    private final LinkConfig config;
    private final Path pki;
    /** What the services can be reached by, beside the loopback. */
    private final List<String> names;
    private final World world;
    private final DesiredTopic desired;
    private final ObservationProducer observations;
    private final Nodes nodes;
    private final Joining joining;
    private final Renewing renewing;
    private final ContainerFilesRoute files;
    private final AtomicLong generations;
    private final Map<NodeId, LinkSession> sessions = new ConcurrentHashMap<>();
    private volatile HttpServer server;

    @Inject
    LinkServer(
            Vertx vertx,
            LinkConfig config,
            @ConfigProperty(name = "gantry.pki.dir") String pki,
            @ConfigProperty(name = "gantry.pki.names") Optional<List<String>> names,
            World world,
            DesiredTopic desired,
            ObservationProducer observations,
            Nodes nodes,
            Joining joining,
            Renewing renewing,
            ContainerFilesRoute files) {
        this.renewing = renewing;
        this.files = files;
        this.vertx = vertx;
        this.config = config;
        this.pki = Path.of(pki);
        this.names = names.orElse(List.of());
        this.world = world;
        this.desired = desired;
        this.observations = observations;
        this.nodes = nodes;
        this.joining = joining;
        this.generations = new AtomicLong(world.random().nextLong() >>> 16);
    }

    void start(@Observes StartupEvent event) throws IOException {
        new PkiBootstrap(pki, world.clock()).ensure(names);
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertPath(pki.resolve(PkiBootstrap.SERVICE_CERTIFICATE).toString())
                                .setKeyPath(pki.resolve(PkiBootstrap.SERVICE_KEY).toString()))
                        .setTrustOptions(
                                new PemTrustOptions().addCertPath(pki.resolve(PkiBootstrap.CA_CERTIFICATE).toString()))
                        .setClientAuth(ClientAuth.REQUEST)
                        .setUseAlpn(false)
                        .setTcpNoDelay(true)
                        .setMaxWebSocketMessageSize(MAX_MESSAGE_BYTES))
                .requestHandler(this::handle)
                .listen(config.port(), config.host())
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        LOG.infof("agents dial %s:%d", config.host(), server.actualPort());
    }

    void stop(@Observes ShutdownEvent event) {
        if (server != null) {
            server.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    /** Where it listens, when the configured port is 0. */
    int port() {
        return server.actualPort();
    }

    private void handle(HttpServerRequest request) {
        if (request.method().equals(HttpMethod.POST) && request.path().equals("/join")) {
            joining.handle(request);
        } else if (request.method().equals(HttpMethod.POST) && request.path().equals("/renewals")) {
            PeerCertificate.node(request.sslSession())
                    .ifPresentOrElse(
                            node -> renewing.handle(request, node),
                            () -> refuse(request, Problem.of(ProblemType.UNAUTHENTICATED, "a renewal needs the node's certificate")));
        } else if (ContainerFilesRoute.matches(request) && request.method().equals(HttpMethod.GET)) {
            PeerCertificate.node(request.sslSession())
                    .ifPresentOrElse(
                            node -> files.handle(request, node),
                            () -> refuse(request, Problem.of(ProblemType.UNAUTHENTICATED, "a container's files need its node's certificate")));
        } else if (request.path().equals("/link")) {
            Optional<NodeId> node = PeerCertificate.node(request.sslSession());
            if (node.isEmpty()) {
                refuse(request, Problem.of(ProblemType.UNAUTHENTICATED, "a link needs a node's certificate"));
            } else {
                request.toWebSocket().onSuccess(socket -> greet(socket, node.get()));
            }
        } else {
            refuse(request, Problem.of(ProblemType.NOT_FOUND, "there is nothing at " + request.path()));
        }
    }

    private void greet(ServerWebSocket socket, NodeId node) {
        Context context = vertx.getOrCreateContext();
        watchPulse(socket);
        socket.textMessageHandler(text -> hello(socket, context, node, text));
    }

    private void hello(ServerWebSocket socket, Context context, NodeId node, String text) {
        if (!(read(text) instanceof LinkMessage.Hello hello)) {
            refuse(socket, "the first message must be a hello");
        } else if (hello.protocol() != LinkMessage.PROTOCOL) {
            refuse(socket, "this service speaks protocol " + LinkMessage.PROTOCOL + ", the agent " + hello.protocol());
        } else if (!hello.node().equals(node)) {
            refuse(socket, "the certificate is " + node + "'s, the hello " + hello.node() + "'s");
        } else {
            socket.pause();
            nodes.epoch(node)
                    .subscribe()
                    .with(
                            epoch -> context.runOnContext(_ -> open(socket, context, node, epoch)),
                            failure -> {
                                LOG.warnf("link of %s not opened: %s", node, failure.getMessage());
                                context.runOnContext(_ -> socket.close());
                            });
        }
    }

    private void open(ServerWebSocket socket, Context context, NodeId node, long epoch) {
        LinkSession session =
                new LinkSession(node, epoch, socket, context, desired, observations, generations::incrementAndGet);
        LinkSession older = sessions.put(node, session);
        if (older != null) {
            older.supersede();
        }
        socket.textMessageHandler(text -> session.receive(Buffer.buffer(text)));
        socket.closeHandler(_ -> {
            session.stop();
            sessions.remove(node, session);
            LOG.infof("link of %s closed", node);
        });
        session.start();
        socket.resume();
        LOG.infof("link of %s open, epoch %d", node, epoch);
    }

    private void watchPulse(ServerWebSocket socket) {
        long[] heard = {System.nanoTime()};
        long deadline = config.deadline().toNanos();
        long timer = vertx.setPeriodic(config.deadline().toMillis() / 4, _ -> {
            if (System.nanoTime() - heard[0] > deadline) {
                socket.close();
            } else {
                socket.writePing(Buffer.buffer("?"));
            }
        });
        socket.pongHandler(_ -> heard[0] = System.nanoTime());
        socket.endHandler(_ -> vertx.cancelTimer(timer));
        socket.exceptionHandler(e -> LOG.debugf(e, "link broke"));
    }

    private static LinkMessage read(String text) {
        try {
            return Json.read(text, LinkMessage.class);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static void refuse(ServerWebSocket socket, String reason) {
        LOG.warnf("link refused: %s", reason);
        socket.writeTextMessage(LinkSession.write(new LinkMessage.Refused(reason)));
        socket.close();
    }

    private static void refuse(HttpServerRequest request, Problem problem) {
        request.response()
                .setStatusCode(problem.status())
                .putHeader("Content-Type", Problem.CONTENT_TYPE)
                .end(Json.write(problem));
    }
}
