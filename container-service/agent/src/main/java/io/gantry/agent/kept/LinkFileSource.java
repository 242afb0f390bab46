package io.gantry.agent.kept;

import io.gantry.agent.link.NodeIdentity;
import io.gantry.agent.link.ServiceCertificate;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.CompletionStage;

/** Over the port that the node link is dialled at, with the node's certificate: who answers must show a service's before anything is asked. */
public final class LinkFileSource implements FileSource, AutoCloseable {
    private static final int CONNECT_MILLIS = 5000;
    private static final int SILENCE_MILLIS = 15_000;
    private static final int SERVER_ERRORS = 500;
    private static final int OK = 200;
    private final NodeIdentity identity;
    private final HttpClient http;

    public LinkFileSource(Vertx vertx, NodeIdentity identity) {
        this.identity = identity;
        this.http =
                vertx.createHttpClient(
                        new HttpClientOptions()
                                .setSsl(true)
                                // who it is stands in its certificate's URI, whatever address it has
                                .setVerifyHost(false)
                                .setConnectTimeout(CONNECT_MILLIS)
                                .setKeyCertOptions(identity.keyCertOptions())
                                .setTrustOptions(identity.trustOptions()));
    }

    @Override
    public CompletionStage<KeptFiles> fetch(ContainerId id) {
        String service = identity.service();
        int colon = service.lastIndexOf(':');
        RequestOptions options =
                new RequestOptions()
                        .setMethod(HttpMethod.GET)
                        .setHost(service.substring(0, colon))
                        .setPort(Integer.parseInt(service.substring(colon + 1)))
                        .setURI("/containers/" + id + "/files");
        return http.request(options)
                .compose(request -> send(request, service))
                .compose(response -> response.body().map(body -> read(response, body)))
                .recover(e -> Future.failedFuture(e instanceof FilesFailure told ? told : FilesFailure.away("container-service at " + service + ": " + e.getMessage(), e)))
                .toCompletionStage();
    }

    private static Future<HttpClientResponse> send(HttpClientRequest request, String service) {
        if (!ServiceCertificate.isPeerOf(request.connection().sslSession())) {
            request.reset();
            return Future.failedFuture(FilesFailure.away("what answers at " + service + " is no service of this installation", null));
        }
        return request.idleTimeout(SILENCE_MILLIS).send();
    }

    private static KeptFiles read(HttpClientResponse response, Buffer body) {
        if (response.statusCode() == OK) {
            return Json.read(body.toString(), KeptFiles.class);
        }
        Problem problem = Json.read(body.toString(), Problem.class);
        throw response.statusCode() >= SERVER_ERRORS ? FilesFailure.away("container-service: " + problem.detail(), null) : FilesFailure.refused(problem.detail(), problem.hint());
    }

    @Override
    public void close() {
        http.close();
    }
}
