package io.gantry.agent.stream;

import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.view.ContainerStats;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * {@code GET /containers/{id}/stats?samples=}: so many samples as lines of JSON, a second apart; without a number until the run ends or the
 * client leaves.
 */
final class StatsAnswer {
    private static final Logger LOG = Logger.getLogger(StatsAnswer.class);
    private static final long PERIOD_SECONDS = 1;

    private StatsAnswer() {}

    static void of(HttpServerRequest request, Vertx vertx, ContainerRuntime runtime, ContainerId id) {
        int samples = samples(request.getParam("samples"));
        CountDownLatch left = new CountDownLatch(1);
        request.response().closeHandler(_ -> left.countDown());
        ChunkedOutput out = new ChunkedOutput(request.response(), vertx, "application/x-ndjson");
        Thread.ofVirtual().name("stats " + id.shortForm()).start(() -> {
            try {
                send(runtime, id, samples, out, left);
                out.close();
            } catch (IOException e) {
                LOG.debugf("stats broke off: %s", e.getMessage());
            } catch (RuntimeException e) {
                LOG.errorf(e, "the figures of %s can't be told", id.shortForm());
                out.abort();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void send(ContainerRuntime runtime, ContainerId id, int samples, ChunkedOutput out, CountDownLatch left)
            throws IOException, InterruptedException {
        for (int taken = 0; taken < samples; taken++) {
            if (taken > 0 && left.await(PERIOD_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
            Optional<ContainerStats> now = runtime.stats(id);
            if (now.isEmpty()) {
                return;
            }
            out.write((Json.write(now.get()) + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    private static int samples(String text) {
        if (text == null || text.isEmpty()) {
            return Integer.MAX_VALUE;
        }
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw new IllegalArgumentException("samples is a number from 1, got '" + text + "'");
        }
        return Integer.parseInt(text);
    }
}
