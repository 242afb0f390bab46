package io.gantry.agent.observe;

import io.gantry.contracts.unit.Ipv4;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One GET whose whole answer, head and body, has to be here in time: {@link HttpRequest#timeout} ends with the head. 200 to 399 is good. */
final class HttpQuestion {
    /** What a request line takes and {@link URI} doesn't. */
    private static final String TO_QUOTE = "\"<>\\^`{|}";

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Answer ask(Ipv4 address, int port, String path, Duration timeout) throws InterruptedException {
        URI uri = URI.create("http://" + address + ":" + port + quoted(path));
        CompletableFuture<HttpResponse<Void>> coming = http.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
        try {
            int status = coming.get(timeout.toNanos(), TimeUnit.NANOSECONDS).statusCode();
            boolean good = status >= 200 && status < 400;
            return new Answer(good, good ? 0 : 1, "GET " + uri + " answered " + status);
        } catch (TimeoutException e) {
            return ProbeQuestions.late(timeout);
        } catch (ExecutionException e) {
            return Answer.bad(address + ":" + port + ": " + ProbeQuestions.reason(e.getCause()));
        } finally {
            // what is still to come is given up, and the connection with it
            coming.cancel(true);
        }
    }

    /** As the path of a {@link URI}: what may not stand in one is percent-encoded, and so is a percent sign that encodes nothing. */
    static String quoted(String path) {
        StringBuilder quoted = new StringBuilder();
        boolean query = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            query |= c == '?';
            boolean stays = c == '%' ? encodes(path, i) : TO_QUOTE.indexOf(c) < 0 && (query || c != '[' && c != ']');
            quoted.append(stays ? String.valueOf(c) : "%%%02X".formatted((int) c));
        }
        return quoted.toString();
    }

    private static boolean encodes(String path, int percent) {
        return path.length() > percent + 2 && Character.digit(path.charAt(percent + 1), 16) >= 0 && Character.digit(path.charAt(percent + 2), 16) >= 0;
    }
}
