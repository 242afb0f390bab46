package io.gantry.image.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.link.BlobHeaders;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.view.CollectionView;
import io.gantry.image.Database;
import io.gantry.image.ImageTransactions;
import io.gantry.image.build.store.NodeAddresses;
import io.gantry.image.collect.Collector;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.Installation;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who gets layers from the agents' port. */
@QuarkusTest
class LayerServerIT extends ImageServiceTest {
    private static final NodeId SECOND = new NodeId("node-0198aaaa-bbbb-7ccc-8ddd-eeeeeeeeeee2");
    private static final NodeId THIRD = new NodeId("node-0198aaaa-bbbb-7ccc-8ddd-eeeeeeeeeee3");
    @Inject LayerServer server;
    @Inject Database database;
    @Inject ImageTransactions transactions;
    @Inject NodeAddresses addresses;
    @Inject Collector collector;
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
        assertThat(get("node", "/blobs/" + BlobWriter.digestOf(blob))).satisfies(got -> assertThat(got.body()).isEqualTo(new String(blob)));
        assertThat(get("node", "/blobs/" + BlobWriter.digestOf(new byte[] {9})).status()).isEqualTo(404);
        assertThat(get("node", "/blobs/../secrets").status()).isEqualTo(404);
        assertThat(get("node", "/image-service/images").status()).isEqualTo(404);
    }

    @Test
    void whatManyWantGoesFromNodeToNode() throws Exception {
        byte[] blob = "many want it".repeat(1000).getBytes();
        registry.pushBlob("for/nodes", blob);
        String path = "/blobs/" + BlobWriter.digestOf(blob);
        Headers takes = new Headers(Map.of(BlobHeaders.TAKES_NODES, "true"));
        assertThat(get("node", path, takes).headers()).doesNotContainKey(BlobHeaders.PASS_ON);
        assertThat(get("node-2", path, takes).headers()).containsEntry(BlobHeaders.PASS_ON, "true");
        Answered unknown = get("node-3", path, takes);
        assertThat(unknown.status()).as("nobody has said where node-2 is").isEqualTo(200);
        put(SECOND, "10.0.0.2", 7071);
        put(THIRD, "10.0.0.3", 7071);
        get("node-2", path, takes);
        Answered sent = get("node", path, takes);
        assertThat(sent.status()).isEqualTo(307);
        assertThat(sent.headers()).containsEntry("Location", "https://10.0.0.3:7071" + path).containsEntry(BlobHeaders.NODE, THIRD.value());
        Answered failed = get("node", path, new Headers(Map.of(BlobHeaders.TAKES_NODES, "true", BlobHeaders.FAILED_NODES, THIRD.value(), "Range", "bytes=12-")));
        assertThat(failed.status()).isEqualTo(206);
        assertThat(failed.body()).hasSize(blob.length - 12);
        assertThat(get("node", path, new Headers(Map.of(BlobHeaders.TAKES_NODES, "true", BlobHeaders.FAILED_NODES, "x"))).status()).isEqualTo(400);
        assertThat(get("node", path).status()).as("an agent from before").isEqualTo(200);
    }

    @Test
    void aBlobThatIsBeingSentComesWholeThoughItIsCollectedMeanwhile() throws Exception {
        byte[] blob = "a large layer".repeat(2 << 20).getBytes();
        String path = "/blobs/" + BlobWriter.digestOf(blob);
        registry.pushBlob("for/nodes", blob);
        HttpClientResponse begun = client("node").request(HttpMethod.GET, server.port().join(), "127.0.0.1", path)
                .compose(request -> request.send())
                .map(HttpClientResponse::pause)
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        CollectionView done = collector.collect(new Collector.Wanted(false, Duration.ZERO, false, false));
        assertThat(done.blobs()).extracting(CollectionView.Gone::digest).contains(BlobWriter.digestOf(blob));
        assertThat(get("node", path).status()).isEqualTo(404);
        Future<Buffer> body = begun.body();
        begun.resume();
        assertThat(BlobWriter.digestOf(body.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS).getBytes())).isEqualTo(BlobWriter.digestOf(blob));
    }

    private void put(NodeId node, String address, int port) {
        database.await(() -> transactions.in(tx -> addresses.apply(tx, new NodeEvent.Joined(node, "n", Ipv4.parse(address), port, 1))));
    }

    @Test
    void otherCertificatesGetNothing() {
        assertThat(get("service", "/blobs/" + BlobWriter.digestOf(new byte[0])).status()).isEqualTo(403);
        assertThatThrownBy(() -> get("stranger", "/blobs/x")).isNotNull();
        assertThatThrownBy(() -> get(null, "/blobs/x")).isNotNull();
    }

    private record Answered(int status, Map<String, String> headers, String body) {}

    private record Headers(Map<String, String> all) {}

    private Answered get(String certificate, String path) {
        return get(certificate, path, new Headers(Map.of()));
    }

    private Answered get(String certificate, String path, Headers headers) {
        int port = server.port().orTimeout(10, TimeUnit.SECONDS).join();
        return client(certificate).request(HttpMethod.GET, port, "127.0.0.1", path)
                .compose(request -> {
                    headers.all().forEach(request::putHeader);
                    return request.send();
                })
                .compose((HttpClientResponse answer) -> answer.body().map(body -> new Answered(answer.statusCode(), named(answer), body.toString())))
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    /** @param certificate of whom it is; {@code null} for nobody */
    private HttpClient client(String certificate) {
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
        return vertx.createHttpClient(options);
    }

    private static Map<String, String> named(HttpClientResponse answer) {
        return answer.headers().entries().stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (first, _) -> first));
    }
}
