package io.gantry.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.image.FetchedLayers;
import io.gantry.agent.image.HttpBlobSource;
import io.gantry.agent.image.LayerDisk;
import io.gantry.agent.image.LayerKeeping;
import io.gantry.agent.image.PeeredBlobSource;
import io.gantry.agent.image.SharedBlobs;
import io.gantry.agent.image.WireLedger;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.link.BlobHeaders;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.NodeWire;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hosts of one process, each with its own layers and its own port, that want one layer at once. The registry's part is played: it sends them to each other as image-service does. */
@Timeout(120)
class HostToHostIT {
    private static final int SIZE = 4 << 20;
    private static final int PIECE = 64 << 10;

    @TempDir Path folder;
    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService blocking = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
    private final List<Host> hosts = new ArrayList<>();
    private byte[] blob;
    private ResolvedImage image;
    private Registry registry;

    @BeforeEach
    void begin() throws Exception {
        byte[] content = new byte[SIZE];
        new Random(7).nextBytes(content);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(out)) {
            tar.add(TarEntry.file("content", 0644, 0, 0, SIZE, Instant.EPOCH), new ByteArrayInputStream(content));
        }
        blob = out.toByteArray();
        Digest digest = Digest.ofHex(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(blob)));
        ResolvedImage.Layer layer = new ResolvedImage.Layer(digest, digest, new Bytes(blob.length), "application/vnd.oci.image.layer.v1.tar");
        image = new ResolvedImage(ImageRef.parse("x"), digest, digest, ImageConfig.EMPTY, List.of(layer), "amd64", Bytes.ZERO, Instant.EPOCH);
        registry = new Registry();
    }

    @AfterEach
    void end() {
        hosts.forEach(host -> host.layers.close());
        vertx.close().toCompletionStage().toCompletableFuture().join();
        blocking.shutdownNow();
    }

    @Test
    void fiftyHostsTakeALayerTwiceFromTheRegistry() throws Exception {
        for (CompletableFuture<Path> layer : all(50)) {
            assertThat(Files.size(layer.join().resolve("content"))).isEqualTo(SIZE);
        }
        assertThat(registry.gave).hasValue(2L * blob.length);
        assertThat(wires()).as("what all hosts count").isEqualTo(NodeWire.of(Instant.EPOCH, 2L * blob.length, 48L * blob.length, 48L * blob.length, 0, 0));
    }

    @Test
    void aHostThatDiesInTheMiddleCostsItsFollowersTheRest() throws Exception {
        List<CompletableFuture<Path>> layers = all(12);
        while (registry.gave.get() < blob.length) {
            Thread.sleep(5);
        }
        Host first = registry.first();
        first.server.close().toCompletionStage().toCompletableFuture().join();
        for (CompletableFuture<Path> layer : layers) {
            assertThat(Files.size(layer.join().resolve("content"))).isEqualTo(SIZE);
        }
        assertThat(registry.failed).as("told of it").contains(first.id);
        assertThat(registry.gave.get()).isGreaterThan(2L * blob.length).isLessThanOrEqualTo(12L * blob.length);
    }

    @Test
    void aHostThatLiesCostsOneFallBackAndIsTold() throws Exception {
        registry.passing.set(host(request -> request.response().end(Buffer.buffer(new byte[blob.length]))));
        assertThat(Files.size(host().ensure().join().resolve("content"))).isEqualTo(SIZE);
        assertThat(registry.failed).contains(registry.passing.get().id);
        assertThat(registry.gave).hasValue(blob.length);
    }

    @Test
    void aHostThatStallsCostsTheRest() throws Exception {
        registry.passing.set(host(request -> request.response().setChunked(true).write(Buffer.buffer(Arrays.copyOf(blob, PIECE)))));
        assertThat(Files.size(host().ensure().join().resolve("content"))).isEqualTo(SIZE);
        assertThat(registry.failed).contains(registry.passing.get().id);
        assertThat(registry.gave).hasValue(blob.length - PIECE);
        assertThat(hosts.getLast().wire.figures()).isEqualTo(NodeWire.of(Instant.EPOCH, blob.length - PIECE, PIECE, 0, 0, PIECE));
    }

    private NodeWire wires() {
        return NodeWire.sum(hosts.stream().map(host -> host.wire.figures()).toList());
    }

    @Test
    void aHostThatIsGoneOrHasNothingCostsOneRequest() throws Exception {
        Host gone = host();
        registry.passing.set(gone);
        assertThat(host().ensure().join()).isDirectory();
        gone.server.close().toCompletionStage().toCompletableFuture().join();
        registry.failed.clear();
        registry.passing.set(gone);
        assertThat(host().ensure().join()).isDirectory();
        assertThat(registry.failed).containsExactly(gone.id);
    }

    private List<CompletableFuture<Path>> all(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            host();
        }
        return hosts.stream().map(Host::ensure).toList();
    }

    private Host host() throws Exception {
        return host(null);
    }

    /** @param answer to others who want the blob; {@code null} for what an agent answers */
    private Host host(Consumer<HttpServerRequest> answer) throws Exception {
        Host host = new Host(new NodeId("node-0198aaaa-bbbb-7ccc-8ddd-%012x".formatted(hosts.size() + 1)), answer);
        hosts.add(host);
        return host;
    }

    private final class Host {
        private final NodeId id;
        private final HttpServer server;
        private final FetchedLayers layers;
        private final WireLedger wire;

        Host(NodeId id, Consumer<HttpServerRequest> answer) throws Exception {
            this.id = id;
            Path data = Files.createDirectories(folder.resolve(id.value()));
            wire = WireLedger.in(data.resolve("wire"), Instant.EPOCH);
            SharedBlobs shared = new SharedBlobs(data.resolve("shared"), Clock.systemUTC(), wire);
            Consumer<HttpServerRequest> own = request -> BlobAnswer.of(request, vertx, shared, blocking);
            server = listen(answer == null ? own : answer);
            HttpServer asked = listen(request -> registry.answer(request, this));
            HttpBlobSource service = new HttpBlobSource(URI.create("http://127.0.0.1:" + asked.actualPort()), SSLContext.getDefault());
            layers = new FetchedLayers(
                    new PeeredBlobSource(service, SSLContext.getDefault(), shared, wire, Duration.ofSeconds(2)), new LayerDisk(data, new LayerKeeping(false, "")), wire, Clock.systemUTC());
        }

        CompletableFuture<Path> ensure() {
            return layers.ensure(image).toCompletableFuture().thenApply(all -> all.getFirst().path());
        }
    }

    private HttpServer listen(Consumer<HttpServerRequest> handler) {
        return vertx.createHttpServer().requestHandler(handler::accept).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    }

    /** Gives the blob to the first two, piece by piece, and sends the others to the first who passes it on to fewer than three; or all to one. */
    private final class Registry {
        private final AtomicLong gave = new AtomicLong();
        private final Map<Host, Integer> followers = new LinkedHashMap<>();
        private final AtomicReference<Host> passing = new AtomicReference<>();
        private final Set<NodeId> failed = ConcurrentHashMap.newKeySet();

        private synchronized void answer(HttpServerRequest request, Host who) {
            String nodes = request.getHeader(BlobHeaders.FAILED_NODES);
            if (nodes != null) {
                Arrays.stream(nodes.split(",")).map(NodeId::new).forEach(failed::add);
            }
            Optional<Host> to = nodes == null ? next() : Optional.empty();
            followers.put(who, 0);
            if (to.isEmpty()) {
                give(request);
                return;
            }
            followers.merge(to.get(), 1, Integer::sum);
            request.response()
                    .setStatusCode(307)
                    .putHeader("Location", "http://127.0.0.1:" + to.get().server.actualPort() + request.path())
                    .putHeader(BlobHeaders.NODE, to.get().id.value())
                    .end();
        }

        synchronized Host first() {
            return followers.keySet().iterator().next();
        }

        private Optional<Host> next() {
            if (passing.get() != null) {
                return Optional.of(passing.get());
            }
            return followers.size() < 2 ? Optional.empty() : followers.entrySet().stream().filter(one -> one.getValue() < 3).map(Map.Entry::getKey).findFirst();
        }

        private void give(HttpServerRequest request) {
            String range = request.getHeader("Range");
            int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
            request.response().setStatusCode(range == null ? 200 : 206).setChunked(true).putHeader(BlobHeaders.PASS_ON, "true");
            piece(request, from);
        }

        private void piece(HttpServerRequest request, int from) {
            int length = Math.min(PIECE, blob.length - from);
            if (length == 0) {
                request.response().end();
            } else if (!request.response().closed()) {
                gave.addAndGet(length);
                request.response().write(Buffer.buffer(Arrays.copyOfRange(blob, from, from + length)));
                vertx.setTimer(5, _ -> piece(request, from + length));
            }
        }
    }
}
