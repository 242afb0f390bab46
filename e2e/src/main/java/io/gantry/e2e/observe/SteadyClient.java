package io.gantry.e2e.observe;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/**
 * A client that asks one request after the other, each on a new connection, and remembers every answer. A request that is
 * not answered with 200 within its deadline has failed.
 */
public final class SteadyClient implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final Duration BETWEEN = Duration.ofMillis(10);

    /** @param answer the body, or why there is none */
    public record Asked(int number, Instant at, Instant until, boolean ok, String answer) {}

    private final List<Asked> asked = new ArrayList<>();
    private final IntFunction<URI> target;
    private final Thread thread;
    private volatile boolean goOn = true;

    private SteadyClient(IntFunction<URI> target) {
        this.target = target;
        this.thread = Thread.ofPlatform().name("steady-client").start(this::ask);
    }

    /** @param target where the request of that number goes, counted from 0 */
    public static SteadyClient start(IntFunction<URI> target) {
        return new SteadyClient(target);
    }

    public synchronized List<Asked> asked() {
        return List.copyOf(asked);
    }

    public List<Asked> failed() {
        return asked().stream().filter(request -> !request.ok()).toList();
    }

    /** From the first failure's beginning to the last one's end; zero when nothing failed. */
    public Duration gap() {
        List<Asked> failed = failed();
        return failed.isEmpty() ? Duration.ZERO : Duration.between(failed.getFirst().at(), failed.getLast().until());
    }

    /** One request, now. */
    public static Asked once(URI uri) {
        return request(0, uri);
    }

    private void ask() {
        for (int number = 0; goOn; number++) {
            Asked one = request(number, target.apply(number));
            synchronized (this) {
                asked.add(one);
            }
            LockSupport.parkNanos(BETWEEN.toNanos());
        }
    }

    private static Asked request(int number, URI uri) {
        Instant at = Instant.now();
        // a client of its own for each request: no connection is reused, so each meets the virtual IP anew
        try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(DEADLINE).build()) {
            HttpRequest request = HttpRequest.newBuilder(uri).timeout(DEADLINE).build();
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            return new Asked(number, at, Instant.now(), response.statusCode() == 200, response.body().strip());
        } catch (IOException e) {
            return new Asked(number, at, Instant.now(), false, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Asked(number, at, Instant.now(), false, "interrupted");
        }
    }

    /** Ends after the request that is under way. */
    @Override
    public void close() {
        goOn = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
