package io.gantry.gateway.docker;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.ClientCertificateRequest;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.auth.Tokens;
import io.gantry.gateway.docker.api.DockerRequests;
import io.gantry.gateway.docker.api.Door;
import io.gantry.gateway.docker.hijack.SlowHeads;
import io.gantry.gateway.route.SilentMachines;
import io.gantry.kit.problem.Refused;
import io.quarkus.runtime.Startup;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Listens for Docker clients, on servers of its own: hijacked connections need a server without HTTP/2, compression and idle timeout.
 */
@Singleton
@Startup
public class DockerEdge {
    private static final Logger LOG = Logger.getLogger(DockerEdge.class);
    private static final int LONGEST_LINE = 64 * 1024;
    /** Of a body: a client's large pieces aren't cut up. */
    private static final int LARGEST_PIECE = 64 * 1024;
    private static final long START_SECONDS = 10;
    /** Who may open the socket may do everything. */
    private static final Caller OWNER = Caller.ofEverything("socket");
    private final DockerConfig config;
    private final DockerRequests requests;
    private final Tokens tokens;
    private final Vertx vertx;
    private final SecuredEdge secured;
    private final ContainerDoor containers;
    private final List<Runnable> stops = new ArrayList<>();
    private volatile HttpServer nodes;
    private volatile HttpServer byTls;
    private HttpServer tcp;
    private HttpServer unix;

    @Inject
    DockerEdge(DockerConfig config, DockerRequests requests, Tokens tokens, SecuredEdge secured, ContainerDoor containers, Vertx vertx) {
        this.secured = secured;
        this.containers = containers;
        this.config = config;
        this.requests = requests;
        this.tokens = tokens;
        this.vertx = vertx;
    }

    @PostConstruct
    void start() {
        if (config.nodes().port() >= 0) {
            SocketAddress address = SocketAddress.inetSocketAddress(config.nodes().port(), config.nodes().host());
            stops.add(secured.listen(address, containers, options().setSni(true), server -> nodes = server));
        }
        if (config.tls().port() >= 0) {
            SocketAddress address = SocketAddress.inetSocketAddress(config.tls().port(), config.tls().host());
            stops.add(secured.listen(address, this::certified, options(), server -> byTls = server));
        }
        if (config.port() >= 0) {
            tcp = await(server(request -> tokens.authenticate(request.getHeader("Authorization"))).listen(SocketAddress.inetSocketAddress(config.port(), "127.0.0.1")), "port " + config.port());
        }
        config.socket().ifPresent(this::listen);
    }

    @PreDestroy
    void stop() throws IOException {
        stops.forEach(Runnable::run);
        if (unix != null) {
            unix.close();
            Files.deleteIfExists(config.socket().orElseThrow());
        }
        if (tcp != null) {
            tcp.close();
        }
    }

    /** Where the TCP server listens, also when any free port was asked for; -1 for nowhere. */
    public int port() {
        return tcp == null ? -1 : tcp.actualPort();
    }

    private Future<Caller> certified(HttpServerRequest request) {
        return Certificates.named(request.connection().sslSession(), ClientCertificateRequest.URI)
                .map(tokens::certified)
                .orElseGet(() -> Future.failedFuture(
                        new Refused(ProblemType.UNAUTHENTICATED, "the certificate is not a client's", "have one made: gantry token create --certificate FOLDER NAME")));
    }

    /** Where clients with a certificate come in; -1 as long as it is nowhere. */
    public int tlsPort() {
        return byTls == null ? -1 : byTls.actualPort();
    }

    /** Where agents come for their containers; -1 as long as it is nowhere. */
    public int portForNodes() {
        return nodes == null ? -1 : nodes.actualPort();
    }

    /**
     * Made in a folder that nobody else can enter and moved to its place with its mode set: nobody can connect in between, and a
     * socket that a killed gateway left is replaced.
     */
    private void listen(Path socket) {
        try {
            if (answered(socket)) {
                throw new IllegalStateException(socket + " is in use: another gateway, or a Docker daemon, listens there");
            }
            Path parent = Files.createDirectories(socket.toAbsolutePath().getParent());
            Path hidden = Files.createTempDirectory(parent, ".docker", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path made = hidden.resolve("s");
            unix = await(server(_ -> Future.succeededFuture(OWNER)).listen(SocketAddress.domainSocketAddress(made.toString())), socket.toString());
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
            Files.move(made, socket, StandardCopyOption.ATOMIC_MOVE);
            Files.delete(hidden);
        } catch (IOException e) {
            throw new UncheckedIOException("can't listen for Docker clients on " + socket, e);
        }
        LOG.infof("Docker clients: unix://%s", socket);
    }

    private static boolean answered(Path socket) {
        if (!Files.exists(socket)) {
            return false;
        }
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException stale) {
            return false;
        }
    }

    private static HttpServerOptions options() {
        return new HttpServerOptions().setHttp2ClearTextEnabled(false).setMaxInitialLineLength(LONGEST_LINE).setMaxHeaderSize(LONGEST_LINE).setMaxChunkSize(LARGEST_PIECE);
    }

    private HttpServer server(Door door) {
        return vertx.createHttpServer(options())
                .requestHandler(request -> requests.handle(request, door))
                .invalidRequestHandler(requests::refuse)
                .connectionHandler(connection -> {
                    SilentMachines.ask(connection);
                    SlowHeads.watch(connection, config.headLimit());
                });
    }

    private static HttpServer await(Future<HttpServer> listening, String where) {
        try {
            return listening.toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while starting to listen on " + where, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("can't listen for Docker clients on " + where, e);
        }
    }
}
