package io.gantry.image.transfer;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.link.BlobHeaders;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.Database;
import io.gantry.image.ImageSettings;
import io.gantry.image.build.store.NodeAddresses;
import io.gantry.image.content.BlobReader;
import io.gantry.image.edge.Answer;
import io.gantry.image.edge.RequestBody;
import io.gantry.image.edge.WaitingHandler;
import io.gantry.image.pki.Identities;
import io.gantry.image.pki.PkiFolder;
import io.gantry.image.registry.core.ByteRange;
import io.gantry.image.transfer.core.BlobWays;
import io.gantry.kit.time.World;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemTrustOptions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jboss.logging.Logger;

/** {@code GET /blobs/<digest>} for whoever has a node's certificate; nothing else. Who takes a blob from other nodes, too, may be sent to one ({@link BlobWays}, {@link BlobHeaders}). */
@ApplicationScoped
public class LayerServer {
    private static final Logger LOG = Logger.getLogger(LayerServer.class);
    private static final String PREFIX = "/blobs/";
    private final Vertx vertx;
    private final ImageSettings settings;
    private final PkiFolder pki;
    private final BlobReader content;
    private final Database database;
    private final NodeAddresses addresses;
    private final World world;
    private final BlobWays ways = new BlobWays();
    private final CompletableFuture<HttpServer> server = new CompletableFuture<>();

    @Inject
    LayerServer(Vertx vertx, ImageSettings settings, PkiFolder pki, BlobReader content, Database database, NodeAddresses addresses, World world) {
        this.vertx = vertx;
        this.settings = settings;
        this.pki = pki;
        this.content = content;
        this.database = database;
        this.addresses = addresses;
        this.world = world;
    }

    void start(@Observes StartupEvent started) {
        Thread.ofVirtual().name("layer-server").start(this::listen);
    }

    /** Where it listens, when it does. */
    public CompletableFuture<Integer> port() {
        return server.thenApply(HttpServer::actualPort);
    }

    @PreDestroy
    void stop() {
        server.thenAccept(HttpServer::close);
    }

    private void listen() {
        try {
            pki.awaitFiles();
            HttpServerOptions options =
                    new HttpServerOptions()
                            .setSsl(true)
                            .setClientAuth(ClientAuth.REQUIRED)
                            .setKeyCertOptions(pki.keyCertOptions())
                            .setTrustOptions(new PemTrustOptions().addCertPath(pki.authority().toString()));
            WaitingHandler handler = new WaitingHandler(this::answer, LayerServer::failure);
            vertx.createHttpServer(options)
                    .requestHandler(handler::handle)
                    .listen(settings.tls().port(), settings.tls().host())
                    .onSuccess(server::complete)
                    .onFailure(e -> {
                        LOG.errorf("agents can't fetch layers: port %d is not ours: %s", settings.tls().port(), e.getMessage());
                        server.completeExceptionally(e);
                    });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.error("agents can't fetch layers", e);
            server.completeExceptionally(e);
        }
    }

    private Answer answer(HttpServerRequest request, RequestBody body) throws SSLPeerUnverifiedException {
        Optional<NodeId> node = Identities.of(request.sslSession().getPeerCertificates()[0]).stream()
                .filter(name -> name.startsWith(Identities.NODE))
                .map(name -> new NodeId(name.substring(Identities.NODE.length())))
                .findFirst();
        if (node.isEmpty()) {
            return Answer.empty(403);
        }
        String path = request.path();
        String digest = path.startsWith(PREFIX) ? path.substring(PREFIX.length()).replace("%3A", ":") : "";
        if (!request.method().name().equals("GET") || !Digest.isDigest(digest)) {
            return Answer.empty(404);
        }
        Digest wanted = new Digest(digest);
        OptionalLong size = content.size(wanted);
        if (size.isEmpty()) {
            return Answer.empty(404);
        }
        BlobWays.Ask ask = new BlobWays.Ask(wanted, node.get(), request.headers().contains(BlobHeaders.TAKES_NODES), failed(request));
        return switch (way(ask)) {
            case BlobWays.Way.Registry(var passOn) -> blob(request, wanted, size.getAsLong(), passOn);
            case BlobWays.Way.Node(var other) -> database.await(() -> addresses.of(other))
                    .map(base -> Answer.empty(307, "Location", base + path, BlobHeaders.NODE, other.value()))
                    .orElseGet(() -> {
                        forget(other);
                        return blob(request, wanted, size.getAsLong(), true);
                    });
        };
    }

    private synchronized BlobWays.Way way(BlobWays.Ask ask) {
        return ways.ask(ask, world.now());
    }

    private synchronized void forget(NodeId node) {
        ways.forget(node);
    }

    private static List<NodeId> failed(HttpServerRequest request) {
        String nodes = request.getHeader(BlobHeaders.FAILED_NODES);
        return nodes == null ? List.of() : Arrays.stream(nodes.split(",")).map(NodeId::new).toList();
    }

    private Answer blob(HttpServerRequest request, Digest wanted, long size, boolean passOn) {
        Answer answer = switch (ByteRange.of(request.getHeader("Range"), size)) {
            case ByteRange.Asked.Everything _ -> Answer.file(200, content.path(wanted), 0, size);
            case ByteRange.Asked.Part(var range) ->
                    Answer.file(206, content.path(wanted), range.first(), range.length(), "Content-Range", "bytes " + range.first() + "-" + range.last() + "/" + size);
            case ByteRange.Asked.Unsatisfiable _ -> Answer.empty(416);
        };
        if (passOn) {
            answer.headers().put(BlobHeaders.PASS_ON, "true");
        }
        return answer;
    }

    private static Answer failure(Throwable e) {
        if (e instanceof IllegalArgumentException) {
            return Answer.empty(400);
        }
        LOG.error("a layer could not be sent", e);
        return Answer.empty(500);
    }
}
