package io.gantry.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.CertificateLife;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.NetClientOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A played service, whose certificate is the node's own: what it shows is what the node would. */
class RenewalTest {
    private static final String NODE = "gantry://node/node-01890a5d-ac96-774b-bcce-b302099a8057";
    private static final String BOTH = "gantry://service/test,uri:" + NODE;
    @TempDir Path folder;
    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private NodeIdentity identity;
    private HttpServer service;
    private String name = BOTH;
    private boolean refuses;

    @BeforeEach
    void begin() throws Exception {
        NodeIdentity made = TestIdentity.save(folder, "127.0.0.1:1", BOTH);
        service = vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(made.keyCertOptions())
                        .setTrustOptions(made.trustOptions())
                        .setClientAuth(ClientAuth.REQUEST))
                .requestHandler(request -> request.body().onSuccess(body -> vertx.executeBlocking(() -> answer(request.path(), body.toString())).onComplete(answer -> {
                    if (answer.succeeded()) {
                        request.response().setStatusCode(refuses ? 403 : 200).end(answer.result());
                    } else {
                        request.response().setStatusCode(500).end();
                    }
                })))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        identity = made.at("127.0.0.1:" + service.actualPort());
    }

    @AfterEach
    void end() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private String answer(String path, String body) throws Exception {
        asked.add(path);
        return refuses
                ? Json.write(Problem.of(ProblemType.FORBIDDEN, "node n has been removed"))
                : Json.write(Map.of("certificate", TestIdentity.sign(folder, Json.mapper().readTree(body).path("csr").asText(), name)));
    }

    @Test
    void theNextHandshakeShowsTheNextCertificateOfTheSameKey() throws Exception {
        X509Certificate before = shown();
        X509Certificate next = renew();
        assertThat(next.getSerialNumber()).isNotEqualTo(before.getSerialNumber());
        assertThat(next.getPublicKey()).isEqualTo(before.getPublicKey());
        assertThat(shown()).isEqualTo(next);
        assertThat(NodeIdentity.load(identity.folder()).orElseThrow().keys().certificate()).isEqualTo(next);
        assertThat(asked).containsExactly("/renewals");
    }

    @Test
    void whoIsRefusedKeepsWhatItHas() throws Exception {
        X509Certificate before = shown();
        refuses = true;
        assertThatThrownBy(this::renew).isInstanceOf(ExecutionException.class).hasMessageContaining("it was refused: node n has been removed");
        assertThat(shown()).isEqualTo(before);
    }

    @Test
    void anothersCertificateIsNotTaken() throws Exception {
        X509Certificate before = shown();
        name = "gantry://service/test";
        assertThatThrownBy(this::renew).isInstanceOf(ExecutionException.class).hasMessageContaining("the answer is another's certificate");
        assertThat(shown()).isEqualTo(before);
    }

    @Test
    void asksWhenItIsDueAndNotBefore() throws Exception {
        X509Certificate before = identity.keys().certificate();
        CertificateLife life = CertificateLife.of(before);
        new Renewal(vertx, identity, InstantSource.fixed(life.due().minus(Duration.ofDays(2)))).begin();
        new Renewal(vertx, identity, InstantSource.fixed(life.until().plusSeconds(1))).begin();
        assertThat(asked.poll(1, TimeUnit.SECONDS)).isNull();
        new Renewal(vertx, identity, InstantSource.fixed(life.due())).begin();
        assertThat(asked.poll(20, TimeUnit.SECONDS)).isEqualTo("/renewals");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (identity.keys().certificate().equals(before) && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        assertThat(identity.keys().certificate()).isNotEqualTo(before);
    }

    @Test
    void aFileThatIsNoCertificateIsSaid() throws Exception {
        Files.writeString(identity.certificate(), "nothing");
        assertThatThrownBy(() -> identity.keyCertOptions()).hasMessageContaining("this node can't prove who it is").hasMessageContaining(identity.certificate().toString());
    }

    private X509Certificate renew() throws Exception {
        return new Renewal(vertx, identity, InstantSource.system()).renew().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** By whoever dials now and resumes nothing. */
    private X509Certificate shown() throws Exception {
        Vertx stranger = Vertx.vertx();
        try {
            var client = stranger.createNetClient(new NetClientOptions().setSsl(true).setTrustAll(true).setHostnameVerificationAlgorithm(""));
            var socket = client.connect(service.actualPort(), "127.0.0.1").toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
            return (X509Certificate) socket.sslSession().getPeerCertificates()[0];
        } finally {
            stranger.close();
        }
    }
}
