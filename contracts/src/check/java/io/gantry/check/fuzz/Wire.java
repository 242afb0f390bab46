package io.gantry.check.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The way to whoever answers. An answer that goes on without end is left in the middle. */
public final class Wire implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(10);
    /** For a stream to say something. */
    private static final long STREAM_MILLIS = 200;
    private static final int MOST = 4 << 20;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String root;
    private final String authorization;

    /**
     * @param mediaType may be {@code null}
     * @param body empty of a stream
     * @param whole it came to its end
     * @param version its {@code ETag}, or {@code null}
     */
    public record Answer(int status, String mediaType, String body, boolean whole, String version) {}

    /** No answer came in time. */
    static final class Silence extends Exception {
        private static final long serialVersionUID = 1L;

        Silence(String what) {
            super(what);
        }
    }

    /** @param root before the contract's paths */
    public Wire(String root, String authorization) {
        this.root = root;
        this.authorization = authorization;
    }

    /** @param patience until its head is there */
    Answer send(Call call, Duration patience) throws Silence {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + call.target().replaceFirst("^/(?=\\?|$)", "")))
                .timeout(patience)
                .header("Authorization", authorization)
                .method(call.method(), call.body() == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(call.body()));
        call.headers().forEach(request::header);
        try {
            return read(http.send(request.build(), BodyHandlers.ofInputStream()));
        } catch (HttpTimeoutException e) {
            throw new Silence("no answer within " + patience.toSeconds() + " s");
        } catch (IOException e) {
            throw new Silence("no answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Silence("interrupted");
        }
    }

    private static Answer read(HttpResponse<InputStream> response) throws Silence, InterruptedException {
        String media = response.headers().firstValue("content-type").orElse(null);
        boolean stream = media != null && media.matches("text/event-stream.*|application/x-ndjson.*|text/plain.*|application/x-tar.*");
        CompletableFuture<byte[]> body = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (InputStream in = response.body()) {
                body.complete(in.readNBytes(MOST));
            } catch (IOException e) {
                body.completeExceptionally(e);
            }
        });
        String text = "";
        boolean whole = true;
        try {
            text = new String(body.get(stream ? STREAM_MILLIS : PATIENCE.toMillis(), TimeUnit.MILLISECONDS), StandardCharsets.UTF_8);
        } catch (TimeoutException | ExecutionException e) {
            whole = false;
            close(response.body());
            // a wait's head comes when the waiting has begun
            if (!stream && !response.request().uri().getPath().endsWith("/wait")) {
                throw new Silence("answered with " + response.statusCode() + " and then no whole body: " + e);
            }
        }
        boolean told = !stream || media.startsWith("application/x-ndjson");
        return new Answer(response.statusCode(), media, told ? text : "", whole, response.headers().firstValue("etag").orElse(null));
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // it was left in the middle
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
