package io.gantry.agent.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.execute.ContainerFolders;
import io.gantry.agent.link.NodeIdentity;
import io.gantry.agent.link.TestIdentity;
import io.gantry.agent.reconcile.Held;
import io.gantry.agent.runtime.AttachSession;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.FrameCutter;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.view.NodeWire;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Over TLS, as a service speaks to an agent; what runs is made up. */
@Timeout(60)
class StreamServerTest {
    private static final ContainerId ID = new ContainerId("a".repeat(64));
    private static final NodeWire WIRE = NodeWire.of(Instant.parse("2026-01-31T12:00:00Z"), 1, 2, 3, 4, 5);
    private static final String CONTAINER = "/containers/" + ID.value();
    private final Vertx vertx = Vertx.vertx();
    private final RunEnds ends = new RunEnds();
    private final Map<String, Callable<Object>> runtime = new ConcurrentHashMap<>();
    private final Queue<Throwable> unhandled = new ConcurrentLinkedQueue<>();
    private ContainerFolders folders;
    private StreamServer server;
    private HttpClient client;
    private final AtomicInteger connections = new AtomicInteger();
    private NodeIdentity identity;
    private int port;

    @TempDir Path folder;

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

    private static Held running() {
        return Held.of(ID).starting(1, 0).running(new Running(ID, 1, 42, Instant.now()));
    }

    private void hold(Held held) {
        ends.changed(held, Optional.empty());
    }

    private HttpClientResponse send(HttpMethod method, String uri, String body) throws Exception {
        return client.request(method, port, "127.0.0.1", uri)
                // within, so that it is paused before anything but the head has come
                .compose(request -> request.send(body).onSuccess(HttpClientResponse::pause))
                .toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private CompletableFuture<HttpClientResponse> later(HttpMethod method, String uri) {
        return later(method, uri, Future::succeededFuture);
    }

    /** @param then on the connection's event loop, before anything but the head has come */
    private <T> CompletableFuture<T> later(HttpMethod method, String uri, Function<HttpClientResponse, Future<T>> then) {
        return client.request(method, port, "127.0.0.1", uri).compose(request -> request.send().compose(then)).toCompletionStage().toCompletableFuture();
    }

    private static String body(HttpClientResponse answer) throws Exception {
        CompletableFuture<Buffer> body = answer.body().toCompletionStage().toCompletableFuture();
        answer.resume();
        return body.get(20, TimeUnit.SECONDS).toString();
    }

    /** What it says at its end. */
    private CompletableFuture<Frames.Control.Exit> socket(String uri) throws Exception {
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

    /** A client of a stream, by whatever carries it. */
    interface Talk {
        void say(Buffer frame);

        void leave();

        /** Without a word. */
        void vanish();
    }

    final Talk open(String uri) throws Exception {
        return open(uri, _ -> {}, () -> {});
    }

    final Talk open(String uri, Consumer<Buffer> frames, Runnable gone) throws Exception {
        return dial(vertx, identity, port, uri, frames, gone).toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** @param gone when nothing comes any more */
    Future<Talk> dial(Vertx vertx, NodeIdentity identity, int port, String uri, Consumer<Buffer> frames, Runnable gone) {
        return client.request(HttpMethod.POST, port, "127.0.0.1", uri).compose(request -> {
            Future<HttpClientResponse> answer = request.setChunked(true).response();
            request.sendHead();
            return answer.map(response -> {
                assertThat(response.statusCode()).isEqualTo(200);
                FrameCutter cutter = new FrameCutter();
                response.handler(piece -> cutter.take(ByteBuffer.wrap(piece.getBytes()), frame -> frames.accept(Buffer.buffer(Unpooled.wrappedBuffer(frame)))));
                response.endHandler(_ -> {
                    request.end();
                    gone.run();
                });
                response.exceptionHandler(_ -> gone.run());
                return new Talk() {
                    @Override
                    public void say(Buffer frame) {
                        request.write(Buffer.buffer().appendInt(frame.length()).appendBuffer(frame));
                    }

                    @Override
                    public void leave() {
                        response.endHandler(_ -> gone.run());
                        request.end();
                    }

                    @Override
                    public void vanish() {
                        request.connection().close();
                    }
                };
            });
        });
    }

    private String exec() throws Exception {
        ExecSpec spec = new ExecSpec(List.of("true"), Map.of(), null, null, false, false);
        return (String) Json.read(body(send(HttpMethod.POST, CONTAINER + "/execs", Json.write(spec))), Map.class).get("id");
    }

    @Test
    void aTerminalThatIsNotThereIsNotResizedLater() throws Exception {
        hold(Held.of(ID));
        HttpClientResponse answer = send(HttpMethod.POST, CONTAINER + "/resize?rows=24&columns=80", "");
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(body(answer)).contains("is not running");
    }

    @Test
    void aTerminalThatRunsIsResizedUnlessItHasEndedOrThatIsNoSize() throws Exception {
        hold(running());
        runtime.put("resize", () -> true);
        assertThat(send(HttpMethod.POST, CONTAINER + "/resize?rows=24&columns=80", "").statusCode()).isEqualTo(200);
        HttpResponseText wrong = text(send(HttpMethod.POST, CONTAINER + "/resize?rows=24&columns=65536", ""));
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.body()).contains("columns is a number up to 65535, got 65536");
        runtime.put("resize", () -> false);
        assertThat(send(HttpMethod.POST, CONTAINER + "/resize?rows=24&columns=80", "").statusCode()).isEqualTo(409);
    }

    @Test
    void saysWhatWentOverTheWire() throws Exception {
        assertThat(Json.read(body(send(HttpMethod.GET, "/wire", "")), NodeWire.class)).isEqualTo(WIRE);
    }

    @Test
    void aLogThatIsToldBeforeAnythingElseHappensIsWhole() throws Exception {
        hold(Held.of(ID));
        Files.createDirectories(folders.container(ID));
        Files.writeString(folders.log(ID), "2026-01-31T12:00:00.000000000Z stdout F one\n");
        for (int i = 0; i < 200; i++) {
            String told = later(HttpMethod.GET, CONTAINER + "/logs", HttpClientResponse::body).get(20, TimeUnit.SECONDS).toString();
            assertThat(told).endsWith("stdout F one\n");
        }
        assertThat(unhandled).isEmpty();
    }

    @Test
    void saysWhatANumberOfLinesIs() throws Exception {
        hold(running());
        HttpClientResponse answer = send(HttpMethod.GET, CONTAINER + "/logs?tail=x", "");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(body(answer)).contains("tail is a number of lines, or all; got 'x'");
    }

    @Test
    void whatCannotBeToldBreaksOff() throws Exception {
        hold(running());
        runtime.put("stats", () -> {
            throw new IllegalStateException("no descriptors left");
        });
        Files.createDirectories(folders.log(ID)); // which can't be read
        for (String what : List.of("/stats", "/logs")) {
            HttpClientResponse answer = send(HttpMethod.GET, CONTAINER + what, "");
            assertThat(answer.statusCode()).as(what).isEqualTo(200);
            assertThatThrownBy(() -> body(answer)).as(what).isInstanceOf(ExecutionException.class);
        }
    }

    @Test
    void anExecThatFailsUnexpectedlyEnds() throws Exception {
        hold(running());
        runtime.put("exec", () -> {
            throw new IllegalStateException("no descriptors left");
        });
        String id = exec();
        Frames.Control.Exit exit = socket("/execs/" + id + "/start").get(20, TimeUnit.SECONDS);
        assertThat(exit.code()).isEqualTo(126);
        assertThat(exit.error()).as("nothing of what went wrong").matches("an unexpected error; the agent's log has it under [0-9a-f]{8}");
        assertThat(body(send(HttpMethod.GET, "/execs/" + id, ""))).contains("\"exitCode\":126");
    }

    @Test
    void anExecThatCannotBeStartedSaysWhyAndWhatToDo() throws Exception {
        hold(running());
        runtime.put("exec", () -> {
            throw new StartFailure(new Observed.Failure("execute", 2, "program 'x' was not found in the container", "check the command"), null);
        });
        assertThat(socket("/execs/" + exec() + "/start").get(20, TimeUnit.SECONDS))
                .isEqualTo(new Frames.Control.Exit(127, "execute: program 'x' was not found in the container (check the command)"));
    }

    @Test
    void anExecWhoseEndCannotBeToldEnds() throws Exception {
        hold(running());
        runtime.put("exec", EndlessExec::new);
        String id = exec();
        assertThat(socket("/execs/" + id + "/start").get(20, TimeUnit.SECONDS).code()).isEqualTo(126);
        assertThat(body(send(HttpMethod.GET, "/execs/" + id, ""))).contains("\"exitCode\":126");
    }

    @Test
    void anExecForWhichThereIsNoThreadOrClassEnds() throws Exception {
        hold(running());
        runtime.put("exec", () -> {
            throw new NoClassDefFoundError("io/gantry/Replaced");
        });
        String id = exec();
        assertThat(socket("/execs/" + id + "/start").get(20, TimeUnit.SECONDS).code()).isEqualTo(126);
        assertThat(body(send(HttpMethod.GET, "/execs/" + id, ""))).contains("\"exitCode\":126");
    }

    @Test
    void theSizeOfATerminalWaitsForACommandThatIsBeingStarted() throws Exception {
        hold(running());
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch begins = new CountDownLatch(1);
        Deaf deaf = new Deaf();
        runtime.put("exec", () -> {
            asked.countDown();
            begins.await();
            return deaf;
        });
        String id = exec();
        CompletableFuture<HttpClientResponse> before = later(HttpMethod.POST, "/execs/" + id + "/resize?rows=24&columns=80");
        open("/execs/" + id + "/start");
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<HttpClientResponse> beside = later(HttpMethod.POST, "/execs/" + id + "/resize?rows=25&columns=80");
        assertThat(body(send(HttpMethod.GET, "/execs/" + id, ""))).as("whoever asks meanwhile is answered").contains("\"running\":false");
        assertThat(before).isNotDone();
        assertThat(beside).isNotDone();
        begins.countDown();
        assertThat(before.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(beside.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(deaf.rows).containsExactlyInAnyOrder(24, 25);
        deaf.kill();
    }

    @Test
    void aCommandThatHasEndedOrCannotBeginHasNoSize() throws Exception {
        hold(running());
        CountDownLatch fails = new CountDownLatch(1);
        runtime.put("exec", () -> {
            fails.await();
            throw new StartFailure(new Observed.Failure("execute", 2, "program 'x' was not found in the container", ""), null);
        });
        String id = exec();
        CompletableFuture<HttpClientResponse> beside = later(HttpMethod.POST, "/execs/" + id + "/resize?rows=24&columns=80");
        CompletableFuture<Frames.Control.Exit> end = socket("/execs/" + id + "/start");
        fails.countDown();
        assertThat(end.get(20, TimeUnit.SECONDS).code()).isEqualTo(127);
        assertThat(beside.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(409);
        HttpResponseText after = text(send(HttpMethod.POST, "/execs/" + id + "/resize?rows=24&columns=80", ""));
        assertThat(after.status()).isEqualTo(409);
        assertThat(after.body()).contains("exec " + id.substring(0, 12) + " is not running");
        assertThat(text(send(HttpMethod.POST, "/execs/" + "f".repeat(64) + "/resize?rows=24&columns=80", "")).status()).isEqualTo(404);
    }

    @Test
    void longCommandsTakeNoMoreMemoryThanTheyMay() throws Exception {
        hold(running());
        runtime.put("exec", EndlessExec::new);
        String order = Json.write(new ExecSpec(List.of("true", "x".repeat(900_000)), Map.of(), null, null, false, false));
        String first = (String) Json.read(body(send(HttpMethod.POST, CONTAINER + "/execs", order)), Map.class).get("id");
        for (int i = 1; i < 18; i++) {
            assertThat(send(HttpMethod.POST, CONTAINER + "/execs", order).statusCode()).isEqualTo(200);
        }
        HttpResponseText refused = text(send(HttpMethod.POST, CONTAINER + "/execs", order));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.body()).contains("too long together");
        socket("/execs/" + first + "/start").get(20, TimeUnit.SECONDS);
        assertThat(send(HttpMethod.POST, CONTAINER + "/execs", order).statusCode()).as("in the place of one that has ended").isEqualTo(200);
    }

    private record HttpResponseText(int status, String body) {}

    private static HttpResponseText text(HttpClientResponse answer) throws Exception {
        return new HttpResponseText(answer.statusCode(), body(answer));
    }

    @Test
    void aPortInsideIsSpokenToInBothDirections() throws Exception {
        hold(running());
        try (ServerSocket inside = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            runtime.put("dial", () -> SocketChannel.open(inside.getLocalSocketAddress()));
            Buffer said = Buffer.buffer();
            CompletableFuture<Void> over = new CompletableFuture<>();
            Talk client = open(
                    CONTAINER + "/dial?port=80",
                    message -> {
                        if (message.getByte(0) == Frames.STDOUT) {
                            said.appendBuffer(message, 1, message.length() - 1);
                        }
                    },
                    () -> over.complete(null));
            try (Socket server = inside.accept()) {
                client.say(Frames.of(Frames.STDIN, "question".getBytes(UTF_8), 8));
                client.say(Frames.of(new Frames.Control.StdinClosed()));
                // its end is heard inside, and what is answered then still comes
                assertThat(new String(server.getInputStream().readAllBytes(), UTF_8)).isEqualTo("question");
                server.getOutputStream().write("answer".getBytes(UTF_8));
            }
            over.get(20, TimeUnit.SECONDS);
            assertThat(said.toString()).isEqualTo("answer");
        }
    }

    @Test
    void whoLeavesAPortInsideIsHeardThereBehindWhatItSent() throws Exception {
        hold(running());
        try (ServerSocket inside = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            runtime.put("dial", () -> SocketChannel.open(inside.getLocalSocketAddress()));
            Talk client = open(CONTAINER + "/dial?port=80");
            try (Socket server = inside.accept()) {
                client.say(Frames.of(Frames.STDIN, "last".getBytes(UTF_8), 4));
                client.leave();
                assertThat(new String(server.getInputStream().readAllBytes(), UTF_8)).isEqualTo("last");
            }
        }
    }

    @Test
    void aProgramThatDialsAClientSpeaksToItAndEachHearsTheOthersEnd() throws Exception {
        hold(running());
        CompletableFuture<SocketChannel> call = new CompletableFuture<>();
        runtime.put("accept", () -> Optional.of(call));
        List<String> heard = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        Talk client = open(
                CONTAINER + "/accept?id=default",
                message -> {
                    heard.add(message.getByte(0) + ":" + message.getString(1, message.length()));
                    if (message.getByte(0) == Frames.CONTROL) {
                        asked.complete(null);
                    }
                },
                () -> {});
        try (ServerSocket here = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SocketChannel inside = SocketChannel.open(here.getLocalSocketAddress());
                Socket program = here.accept()) {
            call.complete(inside);
            program.getOutputStream().write("question".getBytes(UTF_8));
            program.shutdownOutput();
            asked.get(20, TimeUnit.SECONDS);
            assertThat(heard).containsExactly("1:", "1:question", "3:{\"type\":\"stdin-closed\"}");
            client.say(Frames.of(Frames.STDIN, "answer".getBytes(UTF_8), 6));
            client.say(Frames.of(new Frames.Control.StdinClosed()));
            assertThat(new String(program.getInputStream().readAllBytes(), UTF_8)).isEqualTo("answer");
            client.leave();
        }
    }

    @Test
    void whoWaitsForAProgramIsSentAwayWhenTheRunEndsAndForgottenWhenItLeaves() throws Exception {
        hold(running());
        CompletableFuture<SocketChannel> ends = new CompletableFuture<>();
        runtime.put("accept", () -> Optional.of(ends));
        CompletableFuture<Void> over = new CompletableFuture<>();
        open(CONTAINER + "/accept?id=default", _ -> {}, () -> over.complete(null));
        ends.cancel(false);
        over.get(20, TimeUnit.SECONDS);
        CompletableFuture<SocketChannel> left = new CompletableFuture<>();
        runtime.put("accept", () -> Optional.of(left));
        open(CONTAINER + "/accept?id=default").leave();
        assertThatThrownBy(() -> left.get(20, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        runtime.put("accept", Optional::empty);
        HttpResponseText none = text(send(HttpMethod.GET, CONTAINER + "/accept?id=other", ""));
        assertThat(none.status()).isEqualTo(409);
        assertThat(none.body()).contains("container aaaaaaaaaaaa has no socket 'other' that leads to a client");
        assertThat(text(send(HttpMethod.GET, CONTAINER + "/accept?id=a/b", "")).body()).contains("got 'a/b'");
    }

    @Test
    void aPortThatNobodyListensOnIsSaid() throws Exception {
        hold(running());
        runtime.put("dial", () -> {
            throw new ConnectException("Connection refused");
        });
        HttpResponseText refused = text(send(HttpMethod.GET, CONTAINER + "/dial?port=80", ""));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body()).contains("nothing listens on port 80 in container aaaaaaaaaaaa");
        assertThat(text(send(HttpMethod.GET, CONTAINER + "/dial?port=70000", "")).body()).contains("port is a number from 1 to 65535, got 70000");
    }

    @Test
    void anAttachmentThatBecomesNoWebSocketIsClosed() throws Exception {
        hold(Held.of(ID));
        Waiting session = new Waiting();
        runtime.put("attach", () -> session);
        assertThat(send(HttpMethod.GET, CONTAINER + "/attach?stdout=1", "").statusCode()).isGreaterThanOrEqualTo(400);
        assertThat(session.closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoWaitedForAStartIsToldThatItFailed() throws Exception {
        hold(Held.of(ID));
        Waiting session = new Waiting();
        runtime.put("attach", () -> session);
        CompletableFuture<Frames.Control.Exit> exit = socket(CONTAINER + "/attach?stdout=1&stderr=1");
        hold(Held.of(ID).starting(1, 0).failed(new Observed.Failure("port", 98, "8080 is taken", ""), Instant.now()));
        assertThat(exit.get(20, TimeUnit.SECONDS)).isEqualTo(new Frames.Control.Exit(125, "port: 8080 is taken"));
    }

    @Test
    void whoLeavesWhileItsInputWaitsForAStartIsForgotten() throws Exception {
        hold(Held.of(ID));
        Waiting session = new Waiting();
        runtime.put("attach", () -> session);
        Talk socket = open(CONTAINER + "/attach?stdin=1");
        socket.say(Frames.of(new Frames.Control.Resize(24, 80)));
        assertThat(session.resized.await(10, TimeUnit.SECONDS)).isTrue();
        socket.leave();
        assertThat(session.closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whatIsNoFrameIsDroppedAndWhatFollowsIsDelivered() throws Exception {
        hold(Held.of(ID));
        Waiting session = new Waiting();
        runtime.put("attach", () -> session);
        Talk socket = open(CONTAINER + "/attach?stdin=1");
        for (String control : List.of("", "null", "{", "[]", "7", "{\"kind\":\"unicorn\"}", "[".repeat(20_000))) {
            socket.say(Buffer.buffer().appendByte(Frames.CONTROL).appendString(control));
        }
        socket.say(Buffer.buffer());
        socket.say(Buffer.buffer(new byte[] {9, 9, 9}));
        socket.say(Frames.of(new Frames.Control.Resize(24, 80)));
        assertThat(session.resized.await(10, TimeUnit.SECONDS)).isTrue();
        socket.leave();
        assertThat(session.closed.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void whoLeavesWhileItsInputIsNotReadHoldsNothing() throws Exception {
        hold(running());
        Waiting session = new Waiting();
        runtime.put("attach", () -> session);
        Talk attached = open(CONTAINER + "/attach?stdin=1");
        ExecSpec spec = new ExecSpec(List.of("sleep", "1000"), Map.of(), null, null, false, true, true);
        String exec = (String) Json.read(body(send(HttpMethod.POST, CONTAINER + "/execs", Json.write(spec))), Map.class).get("id");
        Deaf deaf = new Deaf();
        runtime.put("exec", () -> deaf);
        Talk running = open("/execs/" + exec + "/start");
        for (int i = 0; i < 40; i++) { // more than is taken ahead
            attached.say(Frames.of(Frames.STDIN, new byte[32 << 10], 32 << 10));
            running.say(Frames.of(Frames.STDIN, new byte[32 << 10], 32 << 10));
        }
        assertThat(session.written.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(deaf.written.await(10, TimeUnit.SECONDS)).isTrue();
        attached.vanish();
        running.vanish();
        assertThat(session.closed.await(45, TimeUnit.SECONDS)).as("attached").isTrue();
        assertThat(deaf.killed.await(10, TimeUnit.SECONDS)).as("exec").isTrue();
    }

    @Test
    void streamsFollowEachOtherOnOneConnection() throws Exception {
        hold(running());
        runtime.put("exec", EndlessExec::new);
        for (int i = 0; i < 10; i++) {
            CompletableFuture<Void> over = new CompletableFuture<>();
            open("/execs/" + exec() + "/start", _ -> {}, () -> over.complete(null));
            over.get(20, TimeUnit.SECONDS);
        }
        // what is asked when the end has just been heard may find its connection not free yet
        assertThat(connections).as("for ten streams and what was asked beside them").hasValueLessThanOrEqualTo(3);
    }

    @Test
    void whoStillSpeaksAtTheEndHoldsUpNobodyBehindIt() throws Exception {
        hold(running());
        Deaf deaf = new Deaf();
        runtime.put("exec", () -> deaf);
        ExecSpec spec = new ExecSpec(List.of("sleep", "1000"), Map.of(), null, null, false, true, false);
        String exec = (String) Json.read(body(send(HttpMethod.POST, CONTAINER + "/execs", Json.write(spec))), Map.class).get("id");
        CompletableFuture<Void> over = new CompletableFuture<>();
        Talk talk = open("/execs/" + exec + "/start", _ -> {}, () -> over.complete(null));
        for (int i = 0; i < 200; i++) { // more than sockets and the server take
            talk.say(Frames.of(Frames.STDIN, new byte[32 << 10], 32 << 10));
        }
        assertThat(deaf.written.await(10, TimeUnit.SECONDS)).isTrue();
        deaf.kill();
        over.get(20, TimeUnit.SECONDS);
        runtime.put("exec", EndlessExec::new);
        assertThat(socket("/execs/" + exec() + "/start").get(20, TimeUnit.SECONDS).code()).isEqualTo(126);
    }

    @Test
    void whoLeavesWhatRunsOnIsLetGo() throws Exception {
        hold(running());
        Deaf deaf = new Deaf();
        runtime.put("exec", () -> deaf);
        CompletableFuture<Void> over = new CompletableFuture<>();
        open("/execs/" + exec() + "/start", _ -> {}, () -> over.complete(null)).leave();
        over.get(20, TimeUnit.SECONDS);
        assertThat(deaf.killed.getCount()).as("nobody asked for that").isOne();
        deaf.kill();
    }

    @Test
    void whoVanishesTakesItsCommandAlongIfItSaidSo() throws Exception {
        hold(running());
        Deaf deaf = new Deaf();
        runtime.put("exec", () -> deaf);
        ExecSpec spec = new ExecSpec(List.of("sleep", "1000"), Map.of(), null, null, false, false, true);
        String exec = (String) Json.read(body(send(HttpMethod.POST, CONTAINER + "/execs", Json.write(spec))), Map.class).get("id");
        open("/execs/" + exec + "/start").vanish();
        assertThat(deaf.killed.await(20, TimeUnit.SECONDS)).isTrue();
    }

    /** Nobody can tell how it ended. */
    private static class EndlessExec implements ExecSession {
        @Override
        public int pid() {
            return 42;
        }

        @Override
        public OutputStream stdin() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public InputStream stdout() {
            return InputStream.nullInputStream();
        }

        @Override
        public InputStream stderr() {
            return InputStream.nullInputStream();
        }

        @Override
        public void resize(int rows, int columns) {}

        @Override
        public void kill() {}

        @Override
        public int waitForExit() {
            throw new IllegalStateException("its group isn't empty");
        }

        @Override
        public void close() {}
    }

    /** What nobody reads: who writes to it waits. */
    private static OutputStream unread(CountDownLatch written, Runnable waiting) {
        return new OutputStream() {
            @Override
            public void write(int b) {
                written.countDown();
                waiting.run();
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                write(0);
            }
        };
    }

    /** Doesn't read, until it is killed. */
    private static final class Deaf extends EndlessExec {
        private final CountDownLatch written = new CountDownLatch(1);
        private final CountDownLatch killed = new CountDownLatch(1);
        private final List<Integer> rows = new CopyOnWriteArrayList<>();

        @Override
        public OutputStream stdin() {
            return unread(written, this::waitForExit);
        }

        @Override
        public void resize(int rows, int columns) {
            this.rows.add(rows);
        }

        @Override
        public void kill() {
            killed.countDown();
        }

        @Override
        public int waitForExit() {
            try {
                killed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return 137;
        }
    }

    /** Attached to what doesn't read, or doesn't run yet. */
    private static final class Waiting implements AttachSession {
        private final CountDownLatch closed = new CountDownLatch(1);
        private final CountDownLatch over = new CountDownLatch(1);
        private final CountDownLatch resized = new CountDownLatch(1);
        private final CountDownLatch written = new CountDownLatch(1);

        @Override
        public OutputStream stdin() {
            return unread(written, this::awaitClosed);
        }

        private void awaitClosed() {
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void closeStdin() {}

        @Override
        public InputStream stdout() {
            return new InputStream() {
                @Override
                public int read() {
                    awaitStart();
                    return -1;
                }
            };
        }

        private void awaitStart() {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public InputStream stderr() {
            return stdout();
        }

        @Override
        public void resize(int rows, int columns) {
            resized.countDown();
            awaitStart();
        }

        @Override
        public void giveUp() {
            over.countDown();
        }

        @Override
        public void close() {
            over.countDown();
            closed.countDown();
        }
    }
}
