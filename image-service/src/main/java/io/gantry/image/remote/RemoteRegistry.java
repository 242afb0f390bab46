package io.gantry.image.remote;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.image.remote.core.Credentials;
import io.gantry.image.remote.core.Patience;
import io.gantry.image.remote.core.RegistryErrors;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Asks one registry for one purpose: finds out whether it speaks TLS, shows who we are when it wants to know, follows where it sends us. Used by one
 * thread, which may wait.
 */
final class RemoteRegistry {
    private static final Duration HEAD_WITHIN = Duration.ofSeconds(60);
    private static final Duration PROBE_WITHIN = Duration.ofSeconds(5);
    private static final int MOST_REDIRECTS = 5;
    private static final int LARGEST_ERROR = 1 << 16;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    /**
     * What is asked.
     *
     * @param target a path at the registry, or a whole address that it gave
     * @param what it is about, for people
     */
    record Asked(String method, URI target, Map<String, String> headers, Supplier<BodyPublisher> body, String what) {
        static Asked get(String path, String accept, String what) {
            return new Asked("GET", URI.create(path), Map.of("Accept", accept), BodyPublishers::noBody, what);
        }

        static Asked head(String path, String what) {
            return new Asked("HEAD", URI.create(path), Map.of(), BodyPublishers::noBody, what);
        }
    }

    private final HttpClient http;
    private final Silence silence;
    private final PlainHosts plain;
    private final String registry;
    private final Authorization authorization;
    private final Patience patience;
    private final World world;
    private URI base;
    private boolean answered;

    /** @param scope as distribution's token authentication has it: {@code repository:shop/web:pull}; may be empty */
    RemoteRegistry(HttpClient http, Silence silence, PlainHosts plain, String registry, String scope, Credentials credentials, Patience patience, World world) {
        this.http = http;
        this.silence = silence;
        this.plain = plain;
        this.registry = registry;
        this.authorization = new Authorization(http, plain, registry, scope, credentials);
        this.patience = patience;
        this.world = world;
    }

    /** The answer, whatever its status is, after as much patience as there is; its body is to be closed. */
    HttpResponse<InputStream> send(Asked asked) throws InterruptedException {
        boolean repeatable = Set.of("GET", "HEAD").contains(asked.method());
        for (int failures = 1; ; failures++) {
            try {
                HttpResponse<InputStream> answer = attempt(asked);
                answered = true;
                Optional<Duration> pause = patience.isWorthAsking(answer.statusCode(), repeatable)
                        ? patience.pause(failures, answer.headers().firstValue("Retry-After").orElse(null), world.now(), world.random())
                        : Optional.empty();
                if (pause.isEmpty()) {
                    return answer;
                }
                answer.body().close();
                Thread.sleep(pause.get());
            } catch (IOException e) {
                if (!repeatable) {
                    throw unreachable(registry, e);
                }
                waitAfter(failures, e);
            }
        }
    }

    /** Returns when it is time for another attempt; fails when there were enough, or when it has never answered: its name may be wrong. */
    void waitAfter(int failures, IOException broken) throws InterruptedException {
        Optional<Duration> pause = answered ? patience.pause(failures, null, world.now(), world.random()) : Optional.empty();
        if (pause.isEmpty()) {
            throw unreachable(registry, broken);
        }
        Thread.sleep(pause.get());
    }

    private HttpResponse<InputStream> attempt(Asked asked) throws IOException, InterruptedException {
        URI address = base().resolve(asked.target());
        HttpResponse<InputStream> answer = redirected(asked, address);
        if (answer.statusCode() == 401 && authorization.satisfy(answer.headers().allValues("WWW-Authenticate"))) {
            answer.body().close();
            answer = redirected(asked, address);
        }
        return answer;
    }

    /** The answer, if it is a yes. */
    HttpResponse<InputStream> ask(Asked asked) throws InterruptedException {
        HttpResponse<InputStream> answer = send(asked);
        if (answer.statusCode() >= 300) {
            throw refused(asked, answer);
        }
        return answer;
    }

    Refused refused(Asked asked, HttpResponse<InputStream> answer) {
        try (InputStream body = answer.body()) {
            String later = answer.headers().firstValue("Retry-After").orElse("");
            return RegistryErrors.of(registry, asked.what(), answer.statusCode(), later, body.readNBytes(LARGEST_ERROR));
        } catch (IOException e) {
            return RegistryErrors.of(registry, asked.what(), answer.statusCode(), "", new byte[0]);
        }
    }

    static Refused unreachable(String registry, IOException e) {
        String why = e.getMessage() != null ? e.getMessage() : e instanceof ConnectException ? "nobody listens there" : "the connection broke off";
        return new Refused(ProblemType.UNAVAILABLE, "the registry " + registry + " doesn't answer: " + why, "is its name right, and does it speak TLS?");
    }

    /** Where it is; without TLS only where that is allowed and nothing else is spoken. */
    private URI base() throws IOException, InterruptedException {
        if (base == null) {
            base = URI.create((plain.allow(registry) && speaksPlainly() ? "http://" : "https://") + registry);
        }
        return base;
    }

    /** A server that speaks TLS alone answers what isn't with 400, or hangs up. */
    private boolean speaksPlainly() throws InterruptedException {
        try {
            HttpRequest probe = HttpRequest.newBuilder(URI.create("http://" + registry + "/v2/")).timeout(PROBE_WITHIN).build();
            return http.send(probe, BodyHandlers.discarding()).statusCode() != 400;
        } catch (IOException e) {
            return false;
        }
    }

    /** Who we are is for the registry alone, not for where it sends us. */
    private HttpResponse<InputStream> redirected(Asked asked, URI first) throws IOException, InterruptedException {
        URI address = first;
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            HttpResponse<InputStream> answer = once(asked, address);
            boolean follow = REDIRECTS.contains(answer.statusCode()) && Set.of("GET", "HEAD").contains(asked.method());
            if (!follow) {
                return answer;
            }
            answer.body().close();
            URI from = address;
            address = from.resolve(answer.headers().firstValue("Location").orElseThrow(() -> new IOException("it sends us on, and doesn't say where to")));
        }
        throw new IOException("it sends us on and on");
    }

    private HttpResponse<InputStream> once(Asked asked, URI address) throws IOException, InterruptedException {
        if (!"https".equals(address.getScheme()) && !plain.allowFrom(registry, address.getRawAuthority())) {
            throw new IOException("it sends us to " + address.getRawAuthority() + ", where there is no TLS");
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(HEAD_WITHIN).method(asked.method(), asked.body().get());
        asked.headers().forEach(request::header);
        if (address.getRawAuthority().equals(base.getRawAuthority()) && address.getScheme().equals(base.getScheme())) {
            authorization.header().ifPresent(value -> request.header("Authorization", value));
        }
        HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
        return new GuardedResponse(answer, silence.guard(answer.body()));
    }
}
