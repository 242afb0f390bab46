package io.gantry.agent.stream;

import io.gantry.agent.execute.ContainerFolders;
import io.gantry.agent.link.NodeIdentity;
import io.gantry.agent.link.TestIdentity;
import io.gantry.agent.reconcile.Held;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.view.NodeWire;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent's server of streams, over TLS, as a service speaks to it; what runs is made up. */
@Timeout(60)
abstract class StreamHost {
    static final ContainerId ID = new ContainerId("a".repeat(64));
    static final NodeWire WIRE = NodeWire.of(Instant.parse("2026-01-31T12:00:00Z"), 1, 2, 3, 4, 5);
    static final String CONTAINER = "/containers/" + ID.value();
    final Vertx vertx = Vertx.vertx();
    final RunEnds ends = new RunEnds();
    final Map<String, Callable<Object>> runtime = new ConcurrentHashMap<>();
    final Queue<Throwable> unhandled = new ConcurrentLinkedQueue<>();
    ContainerFolders folders;
    private StreamServer server;
    HttpClient client;
    final AtomicInteger connections = new AtomicInteger();
    NodeIdentity identity;
    int port;

    @TempDir Path folder;

    /** What is tested by another carrier, too, asks for it here. */
    StreamCarrier carrier() {
        return new RequestCarrier();
    }

    @BeforeEach
    void begin() throws Exception {
        identity = TestIdentity.save(folder, "127.0.0.1:1");
        vertx.exceptionHandler(unhandled::add);
        folders = new ContainerFolders(folder.resolve("data"), folder.resolve("run"));
        server = new StreamServer(
                vertx, identity, runtime(), ends, new ContainerFiles(folders, null), null, null, null, null, () -> WIRE, (_, _) -> {}, new Random(1));
        port = server.start("127.0.0.1", 0);
        client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setSsl(true).setVerifyHost(false).setKeyCertOptions(identity.keyCertOptions()).setTrustOptions(identity.trustOptions()))
                .withConnectHandler(_ -> connections.incrementAndGet())
                .build();
    }

    @AfterEach
    void end() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private ContainerRuntime runtime() {
        return (ContainerRuntime) Proxy.newProxyInstance(
                ContainerRuntime.class.getClassLoader(), new Class<?>[] {ContainerRuntime.class}, (_, method, _) -> {
                    Callable<Object> answer = runtime.get(method.getName());
                    if (answer == null) {
                        throw new AssertionError(method.getName() + " was not to be called");
                    }
                    return answer.call();
                });
    }

    static Held running() {
        return Held.of(ID).starting(1, 0).running(new Running(ID, 1, 42, Instant.now()));
    }

    void hold(Held held) {
        ends.changed(held, Optional.empty());
    }

    HttpClientResponse send(HttpMethod method, String uri, String body) throws Exception {
        return client.request(method, port, "127.0.0.1", uri)
                // within, so that it is paused before anything but the head has come
                .compose(request -> request.send(body).onSuccess(HttpClientResponse::pause))
                .toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    CompletableFuture<HttpClientResponse> later(HttpMethod method, String uri) {
        return later(method, uri, Future::succeededFuture);
    }

    /** @param then on the connection's event loop, before anything but the head has come */
    <T> CompletableFuture<T> later(HttpMethod method, String uri, Function<HttpClientResponse, Future<T>> then) {
        return client.request(method, port, "127.0.0.1", uri).compose(request -> request.send().compose(then)).toCompletionStage().toCompletableFuture();
    }

    static String body(HttpClientResponse answer) throws Exception {
        CompletableFuture<Buffer> body = answer.body().toCompletionStage().toCompletableFuture();
        answer.resume();
        return body.get(20, TimeUnit.SECONDS).toString();
    }

    /** What it says at its end. */
    CompletableFuture<Frames.Control.Exit> socket(String uri) throws Exception {
        CompletableFuture<Frames.Control.Exit> exit = new CompletableFuture<>();
        open(
                uri,
                message -> {
                    if (message.getByte(0) == Frames.CONTROL && Json.read(message.getString(1, message.length()), Frames.Control.class) instanceof Frames.Control.Exit end) {
                        exit.complete(end);
                    }
                },
                () -> exit.completeExceptionally(new AssertionError("it closed without a word")));
        return exit;
    }

    StreamCarrier.Talk open(String uri) throws Exception {
        return open(uri, _ -> {}, () -> {});
    }

    StreamCarrier.Talk open(String uri, Consumer<Buffer> frames, Runnable gone) throws Exception {
        return carrier().dial(this, uri, frames, gone).toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    String exec() throws Exception {
        ExecSpec spec = new ExecSpec(List.of("true"), Map.of(), null, null, false, false);
        return (String) Json.read(body(send(HttpMethod.POST, CONTAINER + "/execs", Json.write(spec))), Map.class).get("id");
    }

    record Answer(int status, String body) {}

    static Answer text(HttpClientResponse answer) throws Exception {
        return new Answer(answer.statusCode(), body(answer));
    }
}
