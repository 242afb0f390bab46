package io.gantry.agent.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Ports inside of a container, and programs in it that dial out to a client. */
class PortStreamsTest extends StreamHost {
    @Test
    void aPortInsideIsSpokenToInBothDirections() throws Exception {
        hold(running());
        try (ServerSocket inside = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            runtime.put("dial", () -> SocketChannel.open(inside.getLocalSocketAddress()));
            Buffer said = Buffer.buffer();
            CompletableFuture<Void> over = new CompletableFuture<>();
            StreamCarrier.Talk client = open(
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
            StreamCarrier.Talk client = open(CONTAINER + "/dial?port=80");
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
        StreamCarrier.Talk client = open(
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
        Answer none = text(send(HttpMethod.GET, CONTAINER + "/accept?id=other", ""));
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
        Answer refused = text(send(HttpMethod.GET, CONTAINER + "/dial?port=80", ""));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body()).contains("nothing listens on port 80 in container aaaaaaaaaaaa");
        assertThat(text(send(HttpMethod.GET, CONTAINER + "/dial?port=70000", "")).body()).contains("port is a number from 1 to 65535, got 70000");
    }
}
