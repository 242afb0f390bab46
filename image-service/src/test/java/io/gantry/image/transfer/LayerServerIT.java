package io.gantry.image.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.Installation;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import jakarta.inject.Inject;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets layers from the agents' port. */
@QuarkusTest
class LayerServerIT extends ImageServiceTest {
    @Inject LayerServer server;
    private Vertx vertx;

    @BeforeEach
    void begin() {
        vertx = Vertx.vertx();
    }

    @AfterEach
    void end() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aNodeGetsABlobByItsDigest() throws Exception {
        byte[] blob = "a layer".repeat(10_000).getBytes();
        registry.pushBlob("for/nodes", blob);
        assertThat(get("node", "/blobs/" + BlobWriter.digestOf(blob))).isEqualTo(new Answered(200, new String(blob)));
        assertThat(get("node", "/blobs/" + BlobWriter.digestOf(new byte[] {9})).status()).isEqualTo(404);
        assertThat(get("node", "/blobs/../secrets").status()).isEqualTo(404);
        assertThat(get("node", "/image-service/images").status()).isEqualTo(404);
    }

    @Test
    void otherCertificatesGetNothing() {
        assertThat(get("service", "/blobs/" + BlobWriter.digestOf(new byte[0])).status()).isEqualTo(403);
        assertThatThrownBy(() -> get("stranger", "/blobs/x")).isNotNull();
        assertThatThrownBy(() -> get(null, "/blobs/x")).isNotNull();
    }

    private record Answered(int status, String body) {}

    private Answered get(String certificate, String path) {
        HttpClientOptions options =
                new HttpClientOptions()
                        .setSsl(true)
                        .setVerifyHost(true)
                        .setTrustOptions(new PemTrustOptions().addCertPath(Installation.pki().resolve("ca.crt").toString()));
        if (certificate != null) {
            options.setKeyCertOptions(new PemKeyCertOptions()
                    .addCertPath(Installation.pki().resolve(certificate + ".crt").toString())
                    .addKeyPath(Installation.pki().resolve(certificate + ".key").toString()));
        }
        HttpClient client = vertx.createHttpClient(options);
        int port = server.port().orTimeout(10, TimeUnit.SECONDS).join();
        return client.request(HttpMethod.GET, port, "127.0.0.1", path)
                .compose(request -> request.send())
                .compose((HttpClientResponse answer) -> answer.body().map(body -> new Answered(answer.statusCode(), body.toString())))
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
