package io.gantry.agent.link;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.link.RenewableKeys;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.unit.CertificateLife;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Gets the node another certificate, for the same key, while the one it has is good: from the service, as the node, when a third of its life is left. What is made
 * of it is used from the next handshake on ({@link RenewableKeys}).
 */
public final class Renewal {
    private static final Logger LOG = Logger.getLogger(Renewal.class);
    private static final Duration AGAIN = Duration.ofHours(1);
    /** A clock may be set meanwhile. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);
    private static final long SHORTEST_WAIT_MILLIS = 1000;
    private final Vertx vertx;
    private final NodeIdentity identity;
    private final InstantSource clock;

    private record Answer(String certificate) {}

    public Renewal(Vertx vertx, NodeIdentity identity, InstantSource clock) {
        this.vertx = vertx;
        this.identity = identity;
        this.clock = clock;
    }

    /** Now if it is due, and whenever it will be, as long as the node runs. */
    public void begin() {
        CertificateLife life = CertificateLife.of(identity.keys().certificate());
        Instant now = clock.instant();
        if (now.isBefore(life.due())) {
            later(Duration.between(now, life.due()).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : Duration.between(now, life.due()));
        } else if (now.isAfter(life.until())) {
            LOG.errorf(
                    "this node's certificate ended at %s and can't be renewed: no service hears it. Stop the agent, remove %s, and let it join again with a token (gantry node token)",
                    life.until(), identity.folder());
        } else {
            renew().onSuccess(next -> {
                LOG.infof("this node has a certificate until %s", CertificateLife.of(next).until());
                later(LONGEST_WAIT);
            }).onFailure(e -> {
                LOG.warnf("this node's certificate, which ends at %s, can't be renewed yet: %s", life.until(), e.getMessage());
                later(AGAIN);
            });
        }
    }

    private void later(Duration wait) {
        vertx.setTimer(Math.max(SHORTEST_WAIT_MILLIS, wait.toMillis()), _ -> begin());
    }

    /** Asks, whether it is due or not. */
    Future<X509Certificate> renew() {
        HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                .setSsl(true)
                // who it is stands in its certificate's URI, whatever address it has
                .setVerifyHost(false)
                .setConnectTimeout((int) NodeLink.DEADLINE.toMillis())
                .setKeyCertOptions(identity.keyCertOptions())
                .setTrustOptions(identity.trustOptions()));
        String service = identity.service();
        int colon = service.lastIndexOf(':');
        String csr = CertificateRequest.of(identity.node().value(), identity.keys().pair()).pem();
        return client.request(HttpMethod.POST, Integer.parseInt(service.substring(colon + 1)), service.substring(0, colon), "/renewals")
                .compose(request -> ServiceCertificate.isPeerOf(request.connection().sslSession())
                        ? request.putHeader("Content-Type", "application/json").send(Buffer.buffer(Json.write(Map.of("csr", csr))))
                        : Future.failedFuture("what answers at " + service + " is no service of this installation"))
                .compose(Renewal::certificate)
                .compose(pem -> vertx.executeBlocking(() -> keep(pem)))
                .onComplete(_ -> client.close());
    }

    private static Future<String> certificate(HttpClientResponse response) {
        return response.body().map(body -> {
            if (response.statusCode() != 200) {
                throw new IllegalStateException("it was refused: " + Json.read(body.toString(), Problem.class).detail());
            }
            return Json.read(body.toString(), Answer.class).certificate();
        });
    }

    private X509Certificate keep(String pem) throws IOException {
        X509Certificate next = RenewableKeys.chain(pem.getBytes(StandardCharsets.US_ASCII), "the answer").getFirst();
        if (!next.getPublicKey().equals(identity.keys().certificate().getPublicKey()) || !ServiceCertificate.isNode(next)) {
            throw new IOException("the answer is another's certificate");
        }
        identity.renew(pem);
        return next;
    }
}
