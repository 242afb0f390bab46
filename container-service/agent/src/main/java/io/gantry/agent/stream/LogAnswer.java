package io.gantry.agent.stream;

import io.gantry.agent.log.LogLine;
import io.gantry.agent.log.LogQuery;
import io.gantry.agent.log.LogReader;
import io.gantry.agent.reconcile.Held;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * {@code GET /containers/{id}/logs?stdout=&stderr=&follow=&since=&until=&tail=}: entries as they stand in the file (CRI format), one a line.
 * Times in ISO 8601. Without {@code stdout} and {@code stderr} both come. Following ends with the container's run.
 */
final class LogAnswer {
    private static final Logger LOG = Logger.getLogger(LogAnswer.class);

    private LogAnswer() {}

    /** On the request's event loop. */
    static void of(HttpServerRequest request, Vertx vertx, ContainerFiles files, Held held) {
        LogQuery query = query(request);
        // what doesn't run says nothing more
        LogQuery wanted = held.alive() || held.stage() == Held.Stage.STARTING
                ? query
                : new LogQuery(query.stdout(), query.stderr(), false, query.since(), query.until(), query.tail());
        if (request.response().closed()) {
            return; // who asked has left while the container was waited for; of that no handler is told any more
        }
        CompletableFuture<LogReader> open = new CompletableFuture<>();
        request.response().closeHandler(_ -> open.thenAccept(LogAnswer::close));
        ChunkedOutput out = new ChunkedOutput(request.response(), vertx, "text/plain; charset=utf-8");
        Thread.startVirtualThread(() -> {
            try (LogReader reader = files.log(held.id(), wanted)) {
                open.complete(reader);
                send(reader, out, wanted.follow());
                out.close();
            } catch (IOException e) {
                LOG.debugf("a log broke off: %s", e.getMessage());
                out.abort();
            } catch (RuntimeException e) {
                LOG.errorf(e, "the log of %s can't be told", held.id().shortForm());
                out.abort();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void send(LogReader reader, ChunkedOutput out, boolean following) throws IOException, InterruptedException {
        for (Optional<LogLine> line = reader.next(); line.isPresent(); line = reader.next()) {
            line.get().writeTo(out);
            if (following) {
                out.flush();
            }
        }
    }

    private static void close(LogReader reader) {
        try {
            reader.close();
        } catch (IOException e) {
            LOG.debugf("closing a log: %s", e.getMessage());
        }
    }

    private static LogQuery query(HttpServerRequest request) {
        boolean stdout = Parameters.flag(request, "stdout");
        boolean stderr = Parameters.flag(request, "stderr");
        boolean both = !stdout && !stderr;
        return new LogQuery(
                stdout || both,
                stderr || both,
                Parameters.flag(request, "follow"),
                instant(request, "since"),
                instant(request, "until"),
                tail(request.getParam("tail")));
    }

    private static int tail(String text) {
        if (text == null || text.equals("all")) {
            return -1;
        }
        if (!text.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("tail is a number of lines, or all; got '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    private static Optional<Instant> instant(HttpServerRequest request, String name) {
        String value = request.getParam(name);
        try {
            return value == null || value.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(value));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(name + " is a time such as 2026-01-01T12:00:00Z, got '" + value + "'", e);
        }
    }
}
