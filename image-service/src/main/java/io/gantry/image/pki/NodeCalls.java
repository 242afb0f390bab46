package io.gantry.image.pki;

import io.gantry.contracts.id.NodeId;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Asks agents, as the service, over TLS: one client for all nodes. A connection is kept for half a minute for what is asked next, so that nothing of a node that has gone stays; which node answers is
 * looked at with each answer.
 */
@Singleton
public class NodeCalls {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration HEAD = Duration.ofSeconds(30);
    private final PkiFolder pki;
    private HttpClient client;

    @Inject
    NodeCalls(PkiFolder pki) {
        this.pki = pki;
    }

    /**
     * The head has come; the body is the caller's to close.
     *
     * @throws IOException also if another one than {@code node} answers there
     */
    public HttpResponse<InputStream> get(NodeId node, URI uri) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = ask(node, uri);
        try {
            check(node, uri, response);
            return response;
        } catch (IOException e) {
            response.body().close();
            throw e;
        }
    }

    private HttpResponse<InputStream> ask(NodeId node, URI uri) throws IOException, InterruptedException {
        try {
            return client().send(HttpRequest.newBuilder(uri).timeout(HEAD).build(), BodyHandlers.ofInputStream());
        } catch (ConnectException e) {
            // which the client has no word for
            throw new IOException(node + " doesn't answer at " + uri.getAuthority(), e);
        }
    }

    private static void check(NodeId node, URI uri, HttpResponse<?> response) throws IOException {
        SSLSession session = response.sslSession().orElseThrow(() -> new SSLPeerUnverifiedException(uri + " was asked without TLS"));
        var named = Identities.of(session.getPeerCertificates()[0]);
        if (!named.contains(Identities.NODE + node.value())) {
            throw new SSLPeerUnverifiedException("at " + uri + " answers not " + Identities.NODE + node.value() + " but " + named);
        }
    }

    /** The authority is read with the first call: the control plane may make it after we started. */
    private synchronized HttpClient client() throws IOException {
        if (client == null) {
            client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).sslContext(pki.towardsNodes()).build();
        }
        return client;
    }

    @PreDestroy
    synchronized void stop() {
        if (client != null) {
            client.shutdownNow();
        }
    }
}
