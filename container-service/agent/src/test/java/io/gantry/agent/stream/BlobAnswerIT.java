package io.gantry.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.image.HttpBlobSource;
import io.gantry.agent.image.SharedBlobs;
import io.gantry.agent.image.WireLedger;
import io.gantry.agent.link.NodeIdentity;
import io.gantry.agent.link.NodeTrust;
import io.gantry.agent.link.TestIdentity;
import io.gantry.contracts.unit.Digest;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What another node gets at an agent's own port, and from whom it takes it, by TLS. */
@Timeout(60)
class BlobAnswerIT {
    private static final Digest BLOB = Digest.ofHex("ab".repeat(32));
    private static final String NODE = "gantry://node/node-01890a5d-ac96-774b-bcce-b302099a8057";

    @TempDir Path folder;
    private final Vertx vertx = Vertx.vertx();
    private StreamServer server;
    private SharedBlobs shared;
    private NodeIdentity identity;
    private URI base;

    @AfterEach
    void end() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aNodeGetsWhatThisOnePassesOnAndNothingElse() throws Exception {
        begin(NODE);
        byte[] blob = new byte[1_000_000];
        new Random(3).nextBytes(blob);
        shared.through(BLOB, new ByteArrayInputStream(blob)).readAllBytes();
        HttpBlobSource source = new HttpBlobSource(base, trustingNodes());
        assertThat(source.open(BLOB).readAllBytes()).isEqualTo(blob);
        assertThat(source.open(BLOB, 999_000).readAllBytes()).hasSize(1000);
        assertThat(status("/blobs/" + Digest.ofHex("cd".repeat(32)))).isEqualTo(404);
        assertThat(status("/blobs/x")).isEqualTo(404);
        assertThat(status("/containers/" + "a".repeat(64))).isEqualTo(403);
        assertThat(status("/volumes")).isEqualTo(403);
    }

    @Test
    void aServiceIsNoNode() throws Exception {
        begin("gantry://service/test");
        assertThatThrownBy(() -> new HttpBlobSource(base, trustingNodes()).open(BLOB)).isInstanceOf(IOException.class).hasMessageContaining("that is no node");
    }

    private void begin(String name) throws Exception {
        identity = TestIdentity.save(folder, "127.0.0.1:1", name);
        WireLedger wire = WireLedger.in(folder.resolve("wire"), Instant.EPOCH);
        shared = new SharedBlobs(folder.resolve("shared"), Clock.systemUTC(), wire);
        server = new StreamServer(vertx, identity, null, new RunEnds(), new ContainerFiles(null, null), null, null, null, shared, wire::figures, (_, _) -> {}, new Random(1));
        base = URI.create("https://127.0.0.1:" + server.start("127.0.0.1", 0));
    }

    private int status(String path) throws Exception {
        try (HttpClient client = HttpClient.newBuilder().sslContext(trustingNodes()).version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(HttpRequest.newBuilder(base.resolve(path)).build(), BodyHandlers.ofString()).statusCode();
        }
    }

    private SSLContext trustingNodes() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManager authority = identity.trustOptions().getTrustManagerFactory(vertx).getTrustManagers()[0];
        context.init(
                identity.keyCertOptions().getKeyManagerFactory(vertx).getKeyManagers(), new TrustManager[] {new NodeTrust((X509TrustManager) authority)}, null);
        return context;
    }
}
