package io.gantry.agent.stream;

import io.gantry.agent.image.LayerStore;
import io.gantry.agent.image.SharedBlobs;
import io.gantry.agent.link.NodeIdentity;
import io.gantry.agent.link.ServiceCertificate;
import io.gantry.agent.observe.Happenings;
import io.gantry.agent.reconcile.Held;
import io.gantry.agent.runtime.AttachSession;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.agent.volume.NodeVolumes;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.ExecId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.link.DebugOrder;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.view.IsolationView;
import io.gantry.contracts.view.PressureView;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.NodeWire;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * HTTPS on the agent's own port. A caller must show a service's certificate; with a node's there are blobs. The {@code README.md} of this module lists the paths; {@link Frames} says what
 * travels on streams.
 */
public final class StreamServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StreamServer.class);
    private static final Pattern PATH = Pattern.compile("/(containers|execs)/([0-9a-f]{64})(?:/([a-z]+))?");
    private static final Pattern VOLUME = Pattern.compile("/volumes/(volume-[0-9a-f-]{36})/archive");
    private static final int MAX_MESSAGE_BYTES = 4 << 20;
    /** Of a body that comes in: what TLS hands on at once isn't cut up. */
    private static final int LARGEST_PIECE = 64 << 10;
    /** From a container's placement to its desired record here: an outbox, Kafka and the link. */
    private static final Duration HEARD_OF = Duration.ofSeconds(3);
    /** For one connection, see {@link AgedConnections}. */
    private static final Duration KEPT = Duration.ofHours(1);

    private final Vertx vertx;
    private final NodeIdentity identity;
    private final ContainerRuntime runtime;
    private final RunEnds ends;
    private final Execs execs;
    private final Debugging debugging;
    private final ContainerFiles files;
    private final NodeVolumes volumes;
    private final FileAnswers trees;
    private final SharedBlobs blobs;
    private final Supplier<NodeWire> wire;
    private final Happenings happenings;
    private final ExecutorService blocking =
            Executors.newCachedThreadPool(Thread.ofPlatform().name("stream-", 1).daemon().factory());
    private HttpServer server;

    public StreamServer(
            Vertx vertx,
            NodeIdentity identity,
            ContainerRuntime runtime,
            RunEnds ends,
            ContainerFiles files,
            NodeVolumes volumes,
            FileAnswers trees,
            LayerStore layers,
            SharedBlobs blobs,
            Supplier<NodeWire> wire,
            Happenings happenings,
            RandomGenerator random) {
        this.vertx = vertx;
        this.identity = identity;
        this.runtime = runtime;
        this.ends = ends;
        this.files = files;
        this.volumes = volumes;
        this.trees = trees;
        this.blobs = blobs;
        this.wire = wire;
        this.happenings = happenings;
        this.execs = new Execs(runtime, happenings, random, InstantSource.system());
        this.debugging = new Debugging(runtime, layers, execs);
    }

    /** The port it listens on, chosen by the kernel for 0. */
    public int start(String host, int port) {
        try {
            server = listen(host, port);
        } catch (CompletionException e) {
            throw new IllegalStateException("streams can't be served on " + host + ":" + port + " (--stream-port): " + e.getCause().getMessage(), e.getCause());
        }
        return server.actualPort();
    }

    private HttpServer listen(String host, int port) {
        AgedConnections connections = new AgedConnections(vertx, KEPT);
        return vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(identity.keyCertOptions())
                        .setTrustOptions(identity.trustOptions())
                        .setClientAuth(ClientAuth.REQUIRED)
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true)
                        .setMaxChunkSize(LARGEST_PIECE)
                        .setMaxWebSocketMessageSize(MAX_MESSAGE_BYTES))
                .connectionHandler(connections::opened)
                .requestHandler(request -> {
                    connections.answering(request);
                    handle(request);
                })
                .listen(port, host)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        blocking.shutdownNow();
    }

    private void handle(HttpServerRequest request) {
        if (request.path().startsWith(BlobAnswer.PREFIX) && request.method().equals(HttpMethod.GET) && ServiceCertificate.isPeerNode(request.sslSession())) {
            BlobAnswer.of(request, vertx, blobs, blocking);
            return;
        }
        if (!ServiceCertificate.isPeerOf(request.sslSession())) {
            Failures.answer(request, new StreamRefusal(ProblemType.FORBIDDEN, "only services may dial this port"));
            return;
        }
        if (request.path().equals("/volumes") && request.method().equals(HttpMethod.GET)) {
            answer(request, volumes::used);
            return;
        }
        if (request.path().equals("/wire") && request.method().equals(HttpMethod.GET)) {
            answer(request, wire::get);
            return;
        }
        Matcher volume = VOLUME.matcher(request.path());
        if (volume.matches()) {
            VolumeId id = new VolumeId(volume.group(1));
            if (request.method().equals(HttpMethod.PUT)) {
                trees.restore(request, volumes, id);
            } else {
                trees.backup(request, volumes, id);
            }
            return;
        }
        Matcher path = PATH.matcher(request.path());
        if (!path.matches()) {
            Failures.answer(request, new StreamRefusal(ProblemType.NOT_FOUND, "there is nothing at " + request.path()));
            return;
        }
        String verb = path.group(3) == null ? "" : path.group(3);
        try {
            if (path.group(1).equals("containers")) {
                container(request, new ContainerId(path.group(2)), verb);
            } else {
                exec(request, new ExecId(path.group(2)), verb);
            }
        } catch (IllegalArgumentException | StreamRefusal e) {
            Failures.answer(request, e);
        }
    }

    /** Who asks is told of a container by container-service, which may be sooner than we are. */
    private void container(HttpServerRequest request, ContainerId id, String verb) {
        CompletableFuture<Held> known = ends.known(id, HEARD_OF);
        if (known.isDone()) {
            held(request, known.join(), verb);
            return;
        }
        Context context = vertx.getOrCreateContext();
        request.pause();
        known.thenAccept(held -> context.runOnContext(_ -> {
            if (!request.method().equals(HttpMethod.PUT)) {
                // a body is waited for by whoever reads it
                request.resume();
            }
            try {
                if (held == null) {
                    throw new StreamRefusal(ProblemType.NOT_FOUND, "this node has no container " + id.shortForm());
                }
                held(request, held, verb);
            } catch (IllegalArgumentException | StreamRefusal e) {
                Failures.answer(request, e);
            }
        }));
    }

    private void held(HttpServerRequest request, Held held, String verb) {
        ContainerId id = held.id();
        boolean get = request.method().equals(HttpMethod.GET);
        switch ((get ? "GET " : request.method() + " ") + verb) {
            case "GET attach", "POST attach" -> attach(request, id);
            case "GET dial", "POST dial" -> dial(request, held);
            case "GET accept", "POST accept" -> accept(request, held);
            case "GET logs" -> LogAnswer.of(request, vertx, files, held);
            case "GET stats" -> StatsAnswer.of(request, vertx, runtime, running(held));
            case "GET pressure" -> answer(request, () -> pressure(running(held), Parameters.number(request, "seconds")));
            case "GET processes" -> answer(request, () -> new Items<>(runtime.processes(running(held))));
            case "GET layer" -> trees.layer(request, held, files);
            case "GET stat" -> trees.stat(request, held);
            case "GET archive" -> trees.read(request, held);
            case "PUT archive" -> trees.write(request, held);
            case "GET export" -> trees.export(request, held);
            case "GET changes" -> trees.changes(request, held);
            case "GET size" -> trees.size(request, held);
            case "GET explain" -> answer(request, () -> runtime.explain(id));
            case "GET script" -> answer(request, () -> Map.of("script", runtime.script(id)));
            case "GET isolation" -> answer(request, () -> isolation(held));
            case "POST execs" -> makeExec(request, id, held);
            case "POST debugs" -> makeDebug(request, id, held);
            case "POST resize" -> answer(request, () -> resize(request, running(held)));
            default -> throw new StreamRefusal(ProblemType.NOT_FOUND, "there is nothing at " + request.path());
        }
    }

    private void exec(HttpServerRequest request, ExecId id, String verb) {
        switch (request.method() + " " + verb) {
            case "GET " -> answer(
                    request,
                    () -> execs.view(id)
                            .orElseThrow(() -> new StreamRefusal(
                                    ProblemType.NOT_FOUND, "this node has no exec " + id.shortForm())));
            case "GET start", "POST start" -> open(
                    request, (client, context) -> {
                        FrameStreams streams = new FrameStreams(client, context);
                        blocking.execute(() -> execs.run(id, streams));
                    }, () -> {});
            case "POST resize" -> resize(request, id);
            default -> throw new StreamRefusal(ProblemType.NOT_FOUND, "there is nothing at " + request.path());
        }
    }

    /** Waits for a start that is underway, or comes at once: a client may ask for the size of its terminal beside the start. */
    private void resize(HttpServerRequest request, ExecId id) {
        int rows = Parameters.size(request, "rows");
        int columns = Parameters.size(request, "columns");
        Context context = vertx.getOrCreateContext();
        execs.running(id)
                .thenAcceptAsync(session -> session.resize(rows, columns), blocking)
                .whenComplete((_, trouble) -> context.runOnContext(_ -> {
                    if (trouble == null) {
                        request.response().putHeader("Content-Type", "application/json").end("{}");
                    } else {
                        Failures.answer(request, trouble);
                    }
                }));
    }

    private static ContainerId running(Held held) {
        if (!held.alive()) {
            throw notRunning(held.id());
        }
        return held.id();
    }

    private static StreamRefusal notRunning(ContainerId id) {
        return new StreamRefusal(ProblemType.CONFLICT, "container " + id.shortForm() + " is not running");
    }

    private static void going(Held held) {
        ContainerId id = running(held);
        if (held.stage() == Held.Stage.PAUSED) {
            throw new StreamRefusal(ProblemType.CONFLICT, "container " + id.shortForm() + " is paused; unpause it first");
        }
    }

    private void makeDebug(HttpServerRequest request, ContainerId id, Held held) {
        going(held);
        Context context = vertx.getOrCreateContext();
        request.body()
                .map(body -> debugging.make(id, Json.read(body.toString(), DebugOrder.class)))
                .onFailure(e -> Failures.answer(request, e))
                .onSuccess(made -> made.whenComplete((exec, trouble) -> context.runOnContext(_ -> {
                    if (trouble == null) {
                        request.response().putHeader("Content-Type", "application/json").end(Json.write(Map.of("id", exec)));
                    } else {
                        Failures.answer(request, trouble);
                    }
                })));
    }

    private void makeExec(HttpServerRequest request, ContainerId id, Held held) {
        going(held);
        request.body()
                .onSuccess(body -> answer(
                        request, () -> Map.of("id", execs.make(id, Json.read(body.toString(), ExecSpec.class)))));
    }

    private PressureView pressure(ContainerId id, int seconds) throws InterruptedException {
        try {
            return runtime.pressure(id, Duration.ofSeconds(seconds))
                    .orElseThrow(() -> new StreamRefusal(ProblemType.CONFLICT, "container " + id.shortForm() + " has ended while it was looked at"));
        } catch (UnsupportedOperationException e) {
            throw new StreamRefusal(ProblemType.CONFLICT, e.getMessage());
        }
    }

    private IsolationView isolation(Held held) {
        try {
            return runtime.isolation(held.id());
        } catch (IllegalStateException e) {
            throw new StreamRefusal(ProblemType.CONFLICT, e.getMessage());
        }
    }

    private Map<String, String> resize(HttpServerRequest request, ContainerId id) {
        int rows = Parameters.size(request, "rows");
        int columns = Parameters.size(request, "columns");
        if (!runtime.resize(id, rows, columns)) {
            throw notRunning(id);
        }
        happenings.happened(id, new Observed.What.Resized(rows, columns));
        return Map.of();
    }

    /** Before the container starts, the session waits for it and gets everything from its first byte on. */
    private void attach(HttpServerRequest request, ContainerId id) {
        boolean stdin = Parameters.flag(request, "stdin");
        boolean stdout = Parameters.flag(request, "stdout");
        boolean stderr = Parameters.flag(request, "stderr");
        long attempt = ends.attempt(id);
        // the connection's own: on another event loop frames would come before there is a handler for them
        Context context = vertx.getOrCreateContext();
        request.pause();
        blocking.execute(() -> {
            AttachSession session;
            try {
                session = runtime.attach(id);
            } catch (RuntimeException e) {
                context.runOnContext(_ -> Failures.answer(request, e));
                return;
            }
            context.runOnContext(_ -> open(
                    request, (client, own) -> Attaching.run(
                            new FrameStreams(client, own), session, ends, happenings, id, attempt, stdin, stdout, stderr), session::close));
        });
    }

    private void dial(HttpServerRequest request, Held held) {
        going(held);
        int port = Parameters.number(request, "port");
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port is a number from 1 to 65535, got " + port);
        }
        Context context = vertx.getOrCreateContext();
        request.pause();
        blocking.execute(() -> {
            SocketChannel inside;
            try {
                inside = runtime.dial(held.id(), port);
            } catch (IOException | RuntimeException e) {
                context.runOnContext(_ -> Failures.answer(request, undialled(e, held.id(), port)));
                return;
            }
            context.runOnContext(_ -> open(request, (client, own) -> Forwarding.run(new FrameStreams(client, own), inside), () -> Forwarding.close(inside)));
        });
    }

    private void accept(HttpServerRequest request, Held held) {
        ContainerId id = running(held);
        String socket = Mount.Socket.checkSocketId("id", request.getParam("id"));
        CompletableFuture<SocketChannel> call;
        try {
            call = runtime.accept(id, socket).orElseThrow(() -> new StreamRefusal(ProblemType.CONFLICT, "container " + id.shortForm() + " has no socket '" + socket + "' that leads to a client"));
        } catch (IllegalStateException full) {
            throw new StreamRefusal(ProblemType.CONFLICT, full.getMessage());
        }
        open(request, (client, own) -> Accepting.run(client, own, call), () -> Accepting.leave(call));
    }

    private static Exception undialled(Exception e, ContainerId id, int port) {
        return switch (e) {
            case ConnectException nobody -> new StreamRefusal(ProblemType.CONFLICT, "nothing listens on port " + port + " in container " + id.shortForm());
            case IOException late -> new StreamRefusal(ProblemType.CONFLICT, "port " + port + " in container " + id.shortForm() + " doesn't answer: " + late.getMessage());
            case IllegalStateException ended -> new StreamRefusal(ProblemType.CONFLICT, ended.getMessage());
            default -> e;
        };
    }

    /** What to do with who is there, on its event loop. */
    private interface Opened {
        void with(FrameClient client, Context context);
    }

    /** @param left runs when nobody comes of it */
    private void open(HttpServerRequest request, Opened opened, Runnable left) {
        if (request.method().equals(HttpMethod.POST)) {
            if (request.response().closed()) {
                left.run();
                return;
            }
            opened.with(new BodyClient(request), vertx.getOrCreateContext());
            request.resume();
            return;
        }
        request.toWebSocket()
                .onSuccess(socket -> opened.with(new WebSocketClient(socket), vertx.getOrCreateContext()))
                .onFailure(e -> {
                    LOG.debugf("no WebSocket: %s", e.getMessage());
                    left.run();
                });
    }

    private void answer(HttpServerRequest request, Callable<Object> work) {
        Context context = vertx.getOrCreateContext();
        blocking.execute(() -> {
            try {
                Object body = work.call();
                context.runOnContext(_ -> request.response().putHeader("Content-Type", "application/json").end(Json.write(body)));
            } catch (Exception | LinkageError e) {
                // a class that can't be loaded any more: who asked must not wait for ever
                context.runOnContext(_ -> Failures.answer(request, e));
            }
        });
    }
}
