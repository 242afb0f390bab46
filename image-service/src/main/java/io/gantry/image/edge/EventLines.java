package io.gantry.image.edge;

import io.gantry.contracts.envelope.Json;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** An answer of JSON lines, each sent at once. {@link #send} waits while the client is slower, and fails with {@link NobodyListens} when it is gone. */
public final class EventLines {
    static final String TYPE = "application/x-ndjson";
    private final HttpServerResponse response;
    private final Context context;

    public EventLines(HttpServerResponse response, Context context) {
        this.response = response;
        this.context = context;
    }

    /** @param pairs names and values by turns */
    public static Map<String, Object> line(Object... pairs) {
        Map<String, Object> line = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            line.put((String) pairs[i], pairs[i + 1]);
        }
        return line;
    }

    public void send(Map<String, Object> event) {
        write(Json.write(event) + "\n", false);
    }

    public void end() {
        write("", true);
    }

    private void write(String line, boolean last) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        context.runOnContext(_ -> {
            if (response.closed() || response.ended()) {
                written.completeExceptionally(new IOException("the client is gone"));
                return;
            }
            if (!response.headWritten()) {
                response.setChunked(true).putHeader("Content-Type", TYPE);
            }
            (last ? response.end() : response.write(line))
                    .onSuccess(_ -> written.complete(null))
                    .onFailure(written::completeExceptionally);
        });
        try {
            written.get();
        } catch (ExecutionException e) {
            throw new NobodyListens(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NobodyListens(e);
        }
    }
}
