package io.gantry.image.build.step;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.ImageSettings;
import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.Position;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.layer.core.FileTree.Content;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * ADD of an address. By TLS from anywhere but this machine; without it only from the hosts that {@code gantry.image.registries.insecure} names, since
 * whoever may build may read what is fetched. Each place that an answer leads on to is held to the same.
 */
@Singleton
class Fetching {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int MOST_MOVES = 10;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).followRedirects(HttpClient.Redirect.NEVER).build();
    private final List<String> named;
    private final Bytes most;
    private final Duration deadline;

    @Inject
    Fetching(ImageSettings settings) {
        this(settings.registries().insecure().orElse(List.of()), Bytes.parse(settings.archiveLimit()), settings.build().stepDeadline());
    }

    /** @param named {@code host[:port]} that may be asked without TLS, and on this machine */
    Fetching(List<String> named, Bytes most, Duration deadline) {
        this.named = List.copyOf(named);
        this.most = most;
        this.deadline = deadline;
    }

    @PreDestroy
    void stop() {
        http.shutdownNow();
    }

    /** @param name the last part of where it was found; may be empty */
    record Fetched(String name, Content.OnDisk content, long size, Instant modified) {}

    Fetched fetch(String address, Optional<String> checksum, Path to, Position at) throws IOException, InterruptedException {
        URI place = uri(address, at);
        for (int moves = 0; moves <= MOST_MOVES; moves++) {
            check(place, at);
            HttpResponse<Path> answer = ask(place, to, at);
            if (answer.statusCode() == 200) {
                return fetched(uri(address, at), answer, checksum, at);
            }
            Optional<String> next = answer.headers().firstValue("Location").filter(_ -> answer.statusCode() / 100 == 3);
            if (next.isEmpty()) {
                throw new DockerfileRefusal(at, place + " answered " + answer.statusCode(), "try it with: curl -fL " + address);
            }
            place = place.resolve(uri(next.get(), at));
        }
        throw new DockerfileRefusal(at, address + " leads on more than " + MOST_MOVES + " times", "give the address where it ends");
    }

    private static Fetched fetched(URI asked, HttpResponse<Path> answer, Optional<String> checksum, Position at) throws IOException {
        Digest digest = BlobWriter.digestOf(answer.body());
        if (checksum.isPresent() && !checksum.get().equals(digest.value())) {
            throw new DockerfileRefusal(at, asked + " has the checksum " + digest.value() + ", not " + checksum.get(), "if that is what you want, write --checksum=" + digest.value());
        }
        String path = Optional.ofNullable(asked.getPath()).orElse("");
        Instant modified = answer.headers().firstValue("Last-Modified").flatMap(Fetching::time).orElse(Instant.EPOCH);
        return new Fetched(path.substring(path.lastIndexOf('/') + 1), new Content.OnDisk(answer.body(), digest), Files.size(answer.body()), modified);
    }

    private HttpResponse<Path> ask(URI place, Path to, Position at) throws InterruptedException {
        CompletableFuture<HttpResponse<Path>> asked = http.sendAsync(
                HttpRequest.newBuilder(place).timeout(deadline).header("User-Agent", "gantry-build").build(),
                head -> head.statusCode() == 200 ? BodyHandlers.limiting(BodyHandlers.ofFile(to), most.value()).apply(head) : BodySubscribers.replacing(to));
        try {
            return asked.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new DockerfileRefusal(at, place + " can't be fetched: " + reason(e.getCause()), "is it there, and not more than " + most + "?");
        } catch (TimeoutException e) {
            throw new DockerfileRefusal(at, place + " wasn't there within " + deadline.toSeconds() + " s", "see gantry.image.build.step-deadline");
        } finally {
            asked.cancel(true);
        }
    }

    /** @return the addresses that were looked at; none of a host that may be asked whatever its address is */
    List<InetAddress> check(URI place, Position at) throws IOException {
        String authority = place.getHost() + (place.getPort() < 0 ? "" : ":" + place.getPort());
        if (named.contains(authority)) {
            return List.of();
        }
        if (!"https".equalsIgnoreCase(place.getScheme())) {
            throw new DockerfileRefusal(at, place + ": without TLS nothing is fetched from " + authority, "use https, or have it named in gantry.image.registries.insecure");
        }
        try {
            List<InetAddress> addresses = List.of(InetAddress.getAllByName(place.getHost()));
            for (InetAddress address : addresses) {
                if (address.isLoopbackAddress() || address.isLinkLocalAddress() || address.isAnyLocalAddress()) {
                    throw new DockerfileRefusal(at, place + " is on the machine that builds", "have it named in gantry.image.registries.insecure");
                }
            }
            return addresses;
        } catch (UnknownHostException e) {
            throw new DockerfileRefusal(at, "no host is called " + place.getHost(), "is the name right?");
        }
    }

    static URI uri(String text, Position at) {
        try {
            URI uri = URI.create(text);
            if (uri.isAbsolute() && uri.getHost() == null || uri.getUserInfo() != null) {
                throw new IllegalArgumentException("it names no host, or a password");
            }
            return uri;
        } catch (IllegalArgumentException e) {
            throw new DockerfileRefusal(at, "'" + text + "' is no address that can be fetched: " + e.getMessage(), "write https://host/path");
        }
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String reason(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
