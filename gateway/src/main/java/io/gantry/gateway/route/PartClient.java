package io.gantry.gateway.route;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.view.Items;
import io.gantry.gateway.auth.Caller;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.version.IfMatch;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Calls the services: small JSON calls of our own, and the connections the proxy streams over. */
@Singleton
public class PartClient {
    private static final Logger LOG = Logger.getLogger(PartClient.class);
    private static final int CONNECT_MILLIS = 2000;
    private static final int MOST_CONNECTIONS = 4096;
    private final HttpClient http;
    private final PartAddresses addresses;
    private final ServiceToken token;
    private final Duration deadline;

    @Inject
    PartClient(
            Vertx vertx, PartAddresses addresses, ServiceToken token, @ConfigProperty(name = "gantry.gateway.deadline") Duration deadline,
            @ConfigProperty(name = "gantry.gateway.keep-alive") Duration keepAlive) {
        this.addresses = addresses;
        this.token = token;
        this.deadline = deadline;
        // a followed build or log holds its connection as long as it lasts
        this.http =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setMaxPoolSize(MOST_CONNECTIONS)
                                .setConnectTimeout(CONNECT_MILLIS)
                                .setKeepAliveTimeout((int) keepAlive.toSeconds()));
    }

    /** A connection to the service with the head prepared; fails with UNAVAILABLE. */
    Future<HttpClientRequest> connect(Part part, HttpMethod method, String uri, Caller caller) {
        URI address = addresses.of(part);
        return http.request(new RequestOptions().setMethod(method).setHost(address.getHost()).setPort(address.getPort()).setURI(uri))
                .map(request -> Withdrawal.begin(request).putHeader("Authorization", token.header()).putHeader("X-Gantry-Principal", caller.principal()))
                .onSuccess(request -> caller.scope().ifPresent(scope -> request.putHeader(Scope.HEADER, scope.toString())))
                .recover(e -> Future.failedFuture(explain(part, e)));
    }

    Duration deadline() {
        return deadline;
    }

    public Future<JsonNode> get(Part part, String path) {
        return call(part, HttpMethod.GET, path, null, "gateway");
    }

    public <T> Future<T> get(Part part, String path, Class<T> type) {
        return bytes(part, path).map(json -> Json.read(json.toString(), type));
    }

    public <T> Future<List<T>> list(Part part, String path, Class<T> type) {
        JavaType items = Json.mapper().getTypeFactory().constructParametricType(Items.class, type);
        return get(part, path).map(json -> Json.mapper().<Items<T>>convertValue(json, items).items());
    }

    /** The same of a GET, as it comes. */
    public Future<Buffer> bytes(Part part, String path) {
        return send(part, HttpMethod.GET, path, null, Caller.ofEverything("gateway"), deadline, response -> response.body().map(bytes -> good(part, response.statusCode(), bytes)))
                .recover(e -> Future.failedFuture(explain(part, e)));
    }

    /**
     * One JSON call with a deadline. A problem answered by the service comes back as {@link GatewayProblems.Refusing}.
     *
     * @param path with the service's own first segment left out: {@code /containers}
     * @param body may be {@code null}
     */
    public Future<JsonNode> call(Part part, HttpMethod method, String path, Object body, String principal) {
        return call(part, method, path, body, principal, deadline).map(Answer::body);
    }

    /** What a service answered. */
    public record Answer(MultiMap headers, JsonNode body) {}

    /** The same, for calls that wait for something. */
    public Future<Answer> call(Part part, HttpMethod method, String path, Object body, String principal, Duration limit) {
        return send(
                        part, method, path, body, Caller.ofEverything(principal), limit,
                        response -> response.body().map(bytes -> new Answer(response.headers(), read(part, response.statusCode(), bytes))))
                .recover(e -> Future.failedFuture(explain(part, e)));
    }

    /**
     * The same, of a thing that must be in the version that the caller has seen; fails with PRECONDITION_FAILED.
     *
     * @param etag as {@link io.gantry.kit.version.Tag} writes it
     */
    public Future<JsonNode> change(Part part, HttpMethod method, String path, Object body, String principal, Duration limit, String etag) {
        return attempt(
                        part, method, path, body, Caller.ofEverything(principal), limit, Map.of(IfMatch.HEADER, etag),
                        response -> response.body().map(bytes -> read(part, response.statusCode(), bytes)))
                .recover(e -> Future.failedFuture(explain(part, e)));
    }

    /** The head of an answer whose body comes when it comes. */
    public Future<HttpClientResponse> open(Part part, String path, String principal) {
        return open(part, HttpMethod.GET, path, null, principal);
    }

    /** The same of an order. @param body may be {@code null} */
    public Future<HttpClientResponse> open(Part part, HttpMethod method, String path, Object body, String principal) {
        return open(part, method, path, body, Caller.ofEverything(principal));
    }

    /** The same within the caller's scope, where the service looks at that. */
    public Future<HttpClientResponse> open(Part part, HttpMethod method, String path, Object body, Caller caller) {
        return send(part, method, path, body, caller, Duration.ZERO, response -> refusals(part, response))
                .recover(e -> Future.failedFuture(explain(part, e)));
    }

    /**
     * The same of what may take long before it tells anything: whoever asked and goes takes it along.
     *
     * @param body JSON
     */
    public Future<HttpClientResponse> open(Part part, HttpMethod method, String path, Object body, Caller caller, HttpServerResponse asked) {
        return connect(part, method, "/" + part.title() + path, caller)
                .compose(request -> {
                    request.putHeader("Accept", "application/json").putHeader("Content-Type", "application/json");
                    Departure.watch(asked, Withdrawal.of(request));
                    return request.send(Buffer.buffer(Json.write(body))).compose(response -> refusals(part, response));
                })
                .recover(e -> Future.failedFuture(explain(part, e)));
    }

    /**
     * Sends a client's body on as it comes. The answer's head may come before the body has ended; its body is as in {@link #open}. A client that goes
     * takes the request along.
     *
     * @param from paused
     */
    public Future<HttpClientResponse> upload(Part part, HttpMethod method, String path, HttpServerRequest from, Caller caller) {
        return connect(part, method, "/" + part.title() + path, caller)
                .compose(up -> BodyRelay.send(from, up.putHeader("Content-Type", "application/x-tar")))
                .compose(response -> refusals(part, response))
                .recover(e -> Future.failedFuture(explain(part, e)));
    }

    private static Future<HttpClientResponse> refusals(Part part, HttpClientResponse response) {
        return response.statusCode() < 300
                ? Future.succeededFuture(response)
                : response.body()
                        .compose(bytes -> Future.failedFuture(new GatewayProblems.Refusing(problem(part.title(), response.statusCode(), bytes))));
    }

    /**
     * @param reading of an answer: called with the head before any of the body can have come, whichever thread asks (what comes before
     *     anybody has asked for the body is dropped)
     */
    private <T> Future<T> send(
            Part part, HttpMethod method, String path, Object body, Caller caller, Duration limit,
            Function<HttpClientResponse, Future<T>> reading) {
        return attempt(part, method, path, body, caller, limit, Map.of(), reading)
                .recover(e -> Repeatable.is(method, e)
                        ? attempt(part, method, path, body, caller, limit, Map.of(), reading)
                        : Future.failedFuture(e));
    }

    private <T> Future<T> attempt(
            Part part, HttpMethod method, String path, Object body, Caller caller, Duration limit, Map<String, String> headers,
            Function<HttpClientResponse, Future<T>> reading) {
        return connect(part, method, "/" + part.title() + path, caller).compose(request -> {
            request.putHeader("Accept", "application/json");
            headers.forEach(request::putHeader);
            if (!limit.isZero()) {
                request.idleTimeout(limit.toMillis());
            }
            if (body == null) {
                return request.send().compose(reading);
            }
            return request.putHeader("Content-Type", "application/json").send(Buffer.buffer(Json.write(body))).compose(reading);
        });
    }

    private static JsonNode read(Part part, int status, Buffer bytes) {
        Buffer json = good(part, status, bytes);
        return json.length() == 0 ? Json.mapper().nullNode() : Json.read(json.toString(), JsonNode.class);
    }

    private static Buffer good(Part part, int status, Buffer bytes) {
        if (status < 300) {
            return bytes;
        }
        throw new GatewayProblems.Refusing(problem(part.title(), status, bytes));
    }

    /** A problem as {@code who} answered it, or one made from the bare status. */
    public static Problem problem(String who, int status, Buffer bytes) {
        try {
            Problem problem = Json.read(bytes.toString(), Problem.class);
            if (problem != null && problem.detail() != null) {
                return problem;
            }
        } catch (IllegalArgumentException notAProblem) {
            // told below
        }
        ProblemType type =
                switch (status) {
                    case 404 -> ProblemType.NOT_FOUND;
                    case 409 -> ProblemType.CONFLICT;
                    default -> status < 500 ? ProblemType.BAD_REQUEST : ProblemType.INTERNAL;
                };
        return Problem.of(type, who + " answered with status " + status);
    }

    static Throwable explain(Part part, Throwable e) {
        return switch (e) {
            case TimeoutException t -> GatewayProblems.timeout(part.title());
            // not reached, or the native transport's "connection reset", which is no SocketException
            case IOException gone -> unavailable(part, gone);
            case HttpClosedException gone -> unavailable(part, gone);
            // we cut it off because the service had gone while we were sending
            case StreamResetException gone -> GatewayProblems.unavailable(part.title());
            default -> e;
        };
    }

    private static Throwable unavailable(Part part, Throwable why) {
        LOG.warnf("%s doesn't answer: %s", part.title(), why);
        return GatewayProblems.unavailable(part.title());
    }
}
