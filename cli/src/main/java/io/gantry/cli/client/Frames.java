package io.gantry.cli.client;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.link.StreamControl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** A stream to a process: each WebSocket message is one frame whose first byte names its channel. One thread sends. */
public final class Frames implements WebSocket.Listener, AutoCloseable {
    /** What comes; called by one thread at a time. The next frame is asked for when a call has returned. */
    public interface Listener {
        void output(byte[] bytes, boolean error);

        void control(StreamControl message);
    }

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final Listener listener;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private WebSocket socket;

    private Frames(Listener listener) {
        this.listener = listener;
    }

    static Frames open(URI uri, String token, Listener listener) {
        Frames frames = new Frames(listener);
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
        HttpClient http = (uri.getScheme().equals("wss") ? builder : builder.sslContext(trustingNobody())).build();
        try {
            frames.socket =
                    http.newWebSocketBuilder().header("Authorization", "Bearer " + token).buildAsync(uri, frames).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                HttpResponse<?> answer = refused.getResponse();
                throw ApiProblem.of(answer.statusCode(), answer.headers().firstValue("Content-Type").orElse(""), String.valueOf(answer.body()));
            }
            throw broken("the stream could not be opened: ", e.getCause());
        }
        return frames;
    }

    /** A client makes a TLS context whether it needs one or not; reading the machine's authorities for it takes a tenth of a second. */
    private static SSLContext trustingNobody() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[0], new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    private static UncheckedIOException broken(String what, Throwable why) {
        return new UncheckedIOException(new IOException(what + reason(why), why));
    }

    /** The first word that somebody has for it, from the outside in. */
    private static String reason(Throwable why) {
        return why.getMessage() != null ? why.getMessage() : why.getCause() != null ? reason(why.getCause()) : why.toString();
    }

    public void input(byte[] bytes, int count) {
        send(StreamControl.STDIN, bytes, count);
    }

    /** No more input will come. */
    public void endInput() {
        control(new StreamControl.StdinClosed());
    }

    /** What runs goes on, and its input stays open. */
    public void detach() {
        control(new StreamControl.Detach());
    }

    public void resize(int rows, int columns) {
        control(new StreamControl.Resize(rows, columns));
    }

    /** Until the other side closes. */
    public void awaitEnd() {
        try {
            ended.join();
        } catch (CompletionException e) {
            throw broken("the stream broke off: ", e.getCause());
        }
    }

    @Override
    public void close() {
        if (!socket.isOutputClosed()) {
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
        }
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] part = new byte[data.remaining()];
        data.get(part);
        message.writeBytes(part);
        if (last) {
            receive(message.toByteArray());
            message.reset();
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        ended.complete(null);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        ended.completeExceptionally(error);
    }

    private void receive(byte[] frame) {
        if (frame.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(frame, 1, frame.length);
        switch (frame[0]) {
            case StreamControl.STDOUT -> listener.output(rest, false);
            case StreamControl.STDERR -> listener.output(rest, true);
            case StreamControl.CONTROL -> listener.control(Json.read(new String(rest, StandardCharsets.UTF_8), StreamControl.class));
            default -> throw new IllegalStateException("frame of unknown channel " + frame[0]);
        }
    }

    private void control(StreamControl message) {
        byte[] bytes = Json.write(message).getBytes(StandardCharsets.UTF_8);
        send(StreamControl.CONTROL, bytes, bytes.length);
    }

    private synchronized void send(byte channel, byte[] bytes, int count) {
        if (!socket.isOutputClosed()) {
            ByteBuffer frame = ByteBuffer.allocate(count + 1).put(channel).put(bytes, 0, count).flip();
            socket.sendBinary(frame, true).join();
        }
    }
}
