package io.gantry.gateway.stream;

import io.gantry.contracts.link.RenewableKeys;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.ContainerView;
import io.gantry.gateway.route.BodyRelay;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.route.Repeatable;
import io.gantry.gateway.route.Withdrawal;
import io.gantry.kit.problem.Refused;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Dials the agent of a container's node: mutual TLS with the service certificate, and the answering certificate must be that
 * node's. The authority is read at the first call, since the control plane may make it after we started.
 */
@Singleton
public class AgentClient {
    private static final int CONNECT_MILLIS = 3000;
    private static final int LARGEST_FRAME = 1 << 20;
    /** Of a body that an agent sends: what TLS hands on at once isn't cut up. */
    private static final int LARGEST_PIECE = 64 << 10;
    private static final int MOST_CONNECTIONS = 4096;
    private static final long ANSWER_MILLIS = 20_000;
    private final Vertx vertx;
    private final Path pki;
    private final Duration keepAlive;
    private HttpClient http;
    private WebSocketClient webSockets;

    @Inject
    AgentClient(Vertx vertx, @ConfigProperty(name = "gantry.pki.dir") Path pki, @ConfigProperty(name = "gantry.gateway.keep-alive") Duration keepAlive) {
        this.keepAlive = keepAlive;
        this.vertx = vertx;
        this.pki = pki;
    }

    /** The answer's head; its body is paused and may last as long as the container. Problems of the agent are failures here. */
    public Future<HttpClientResponse> request(ContainerView container, HttpMethod method, String uri, Object body) {
        return node(container).compose(node -> request(node, method, uri, body));
    }

    /** The same of a node itself. */
    public Future<HttpClientResponse> request(ContainerView.Node node, HttpMethod method, String uri, Object body) {
        return attempt(node, method, uri, body)
                .recover(e -> Repeatable.is(method, e) ? attempt(node, method, uri, body) : Future.failedFuture(e))
                .recover(e -> Future.failedFuture(explain(node, e)))
                .compose(response -> refusals(node, response));
    }

    private Future<HttpClientResponse> attempt(ContainerView.Node node, HttpMethod method, String uri, Object body) {
        return connection(node, method, uri)
                .compose(request -> body == null
                        ? request.send()
                        : request.putHeader("Content-Type", "application/json").send(Buffer.buffer(io.gantry.contracts.envelope.Json.write(body))));
    }

    /** Sends a body as it comes; completes when the agent has taken all of it. Problems of the agent are failures here. */
    public Future<Void> upload(ContainerView container, String uri, HttpServerRequest from) {
        return node(container).compose(node -> upload(node, uri, from));
    }

    /** The same to a node itself. */
    public Future<Void> upload(ContainerView.Node node, String uri, HttpServerRequest from) {
        return connection(node, HttpMethod.PUT, uri)
                .compose(request -> BodyRelay.send(from, request))
                .recover(e -> Future.failedFuture(explain(node, e)))
                .compose(response -> refusals(node, response))
                .compose(response -> response.end());
    }

    /** The whole JSON answer of a short call, as text. */
    public Future<Buffer> call(ContainerView container, HttpMethod method, String uri, Object body) {
        return request(container, method, uri, body).compose(HttpClientResponse::body);
    }

    /** An attach or exec stream; paused. An agent that knows no {@link BodyStream} has nothing there, and is asked by a WebSocket. */
    public Future<AgentStream> open(ContainerView container, String uri) {
        return node(container).compose(node -> open(node, uri));
    }

    Future<AgentStream> open(ContainerView.Node node, String uri) {
        return body(node, uri).recover(e -> e instanceof GatewayProblems.Refusing refusing && knowsNoPath(refusing.problem()) ? webSocket(node, uri) : Future.failedFuture(e));
    }

    /** Another thing that isn't there, as the container, isn't by a WebSocket either. */
    private static boolean knowsNoPath(Problem problem) {
        return problem.is(ProblemType.NOT_FOUND) && problem.detail().startsWith("there is nothing at ");
    }

    private Future<AgentStream> body(ContainerView.Node node, String uri) {
        return connection(node, HttpMethod.POST, uri)
                .compose(request -> {
                    // paused as soon as it is there: what comes behind the head waits for who asked
                    Future<HttpClientResponse> answer = request.setChunked(true).response().map(HttpClientResponse::pause);
                    request.sendHead();
                    return answer.timeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS).onFailure(_ -> request.reset());
                })
                .recover(e -> Future.failedFuture(explain(node, e)))
                .compose(response -> {
                    Future<HttpClientResponse> accepted = refusals(node, response);
                    if (response.statusCode() >= 300) {
                        response.request().end();
                        response.resume();
                    }
                    return accepted;
                })
                .map(response -> new BodyStream(vertx, response.request(), response));
    }

    private Future<AgentStream> webSocket(ContainerView.Node node, String uri) {
        return webSockets()
                .compose(client -> client.connect(new WebSocketConnectOptions().setHost(node.address().toString()).setPort(node.streamPort()).setURI(uri).setTimeout(ANSWER_MILLIS)))
                .<AgentStream>map(socket -> {
                    socket.pause();
                    NodeIdentity.check(socket.sslSession(), node.id());
                    return new WebSocketStream(socket);
                })
                .recover(e -> Future.failedFuture(explain(node, e)));
    }

    /** On a connection whose other end is that node, be it one that carried requests before. */
    private Future<HttpClientRequest> connection(ContainerView.Node node, HttpMethod method, String uri) {
        return http()
                .compose(client -> client.request(new RequestOptions().setMethod(method).setHost(node.address().toString()).setPort(node.streamPort()).setURI(uri)))
                .map(request -> {
                    try {
                        NodeIdentity.check(request.connection().sslSession(), node.id());
                        return Withdrawal.begin(request);
                    } catch (NodeIdentity.Mismatch e) {
                        request.reset();
                        throw e;
                    }
                });
    }

    private static Future<ContainerView.Node> node(ContainerView container) {
        if (container.node() == null || container.node().address() == null) {
            return Future.failedFuture(
                    new Refused(ProblemType.CONFLICT, "container " + container.name() + " has no node yet", "wait until it is placed"));
        }
        return Future.succeededFuture(container.node());
    }

    private static Future<HttpClientResponse> refusals(ContainerView.Node node, HttpClientResponse response) {
        if (response.statusCode() < 300) {
            return Future.succeededFuture(response);
        }
        return response.body()
                .compose(bytes -> Future.failedFuture(new GatewayProblems.Refusing(PartClient.problem(title(node), response.statusCode(), bytes))));
    }

    private static Throwable explain(ContainerView.Node node, Throwable e) {
        return switch (e) {
            case UpgradeRejectedException no ->
                    new GatewayProblems.Refusing(PartClient.problem(title(node), no.getStatus(), no.getBody() == null ? Buffer.buffer() : no.getBody()));
            case NodeIdentity.Mismatch wrong -> wrong;
            case HttpClosedException closed -> GatewayProblems.unavailable(title(node));
            case IOException broken -> GatewayProblems.unavailable(title(node));
            case TimeoutException late -> GatewayProblems.timeout(title(node));
            default -> e;
        };
    }

    private static String title(ContainerView.Node node) {
        return "the agent of node " + node.name();
    }

    private synchronized Future<HttpClient> http() {
        if (http == null) {
            try {
                http = vertx.createHttpClient(secured(new HttpClientOptions())
                        .setMaxPoolSize(MOST_CONNECTIONS)
                        .setKeepAliveTimeout((int) keepAlive.toSeconds())
                        .setMaxChunkSize(LARGEST_PIECE));
            } catch (IOException e) {
                return Future.failedFuture(e);
            }
        }
        return Future.succeededFuture(http);
    }

    private synchronized Future<WebSocketClient> webSockets() {
        if (webSockets == null) {
            try {
                webSockets = vertx.createWebSocketClient(secured(new WebSocketClientOptions())
                        .setMaxConnections(MOST_CONNECTIONS)
                        .setMaxFrameSize(LARGEST_FRAME)
                        .setMaxMessageSize(LARGEST_FRAME));
            } catch (IOException e) {
                return Future.failedFuture(e);
            }
        }
        return Future.succeededFuture(webSockets);
    }

    private <T extends ClientOptionsBase> T secured(T options) throws IOException {
        options.setSsl(true)
                .setConnectTimeout(CONNECT_MILLIS)
                .setKeyCertOptions(KeyCertOptions.wrap(new RenewableKeys(pki.resolve("service.crt"), pki.resolve("service.key"))))
                .setTrustOptions(new PemTrustOptions().addCertPath(pki.resolve("ca.crt").toString()));
        switch (options) {
            // node certificates name the node, not an address: NodeIdentity looks
            case HttpClientOptions client -> client.setVerifyHost(false);
            case WebSocketClientOptions client -> client.setVerifyHost(false);
            default -> throw new IllegalStateException("no such client: " + options);
        }
        return options;
    }
}
