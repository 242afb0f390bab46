package io.gantry.gateway.docker;

import io.gantry.gateway.docker.api.DockerRequests;
import io.gantry.gateway.docker.api.Door;
import io.gantry.gateway.docker.hijack.ClosesWithItsPeer;
import io.gantry.gateway.docker.hijack.SlowHeads;
import io.gantry.gateway.route.SilentMachines;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Servers for Docker's API by TLS, to clients with a certificate of the installation's authority. They begin when the control plane has made their own. */
@Singleton
class SecuredEdge {
    private static final Logger LOG = Logger.getLogger(SecuredEdge.class);
    private static final long LOOK_MILLIS = 500;
    private final Vertx vertx;
    private final DockerRequests requests;
    private final DockerConfig config;
    private final Path pki;

    @Inject
    SecuredEdge(Vertx vertx, DockerRequests requests, DockerConfig config, @ConfigProperty(name = "gantry.pki.dir") Path pki) {
        this.vertx = vertx;
        this.requests = requests;
        this.config = config;
        this.pki = pki;
    }

    /**
     * @param options what else is special about it
     * @param listening told of the server when it listens
     * @return stops it, or the waiting for its certificate
     */
    Runnable listen(SocketAddress address, Door door, HttpServerOptions options, Consumer<HttpServer> listening) {
        AtomicBoolean stopped = new AtomicBoolean();
        options.setSsl(true)
                .setClientAuth(ClientAuth.REQUIRED)
                .setUseAlpn(false)
                // in earlier versions nobody can end one half alone
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                .setKeyCertOptions(new PemKeyCertOptions().addCertPath(file("service.crt")).addKeyPath(file("service.key")))
                .setTrustOptions(new PemTrustOptions().addCertPath(file("ca.crt")));
        HttpServer server = vertx.createHttpServer(options)
                .requestHandler(request -> requests.handle(request, door))
                .invalidRequestHandler(requests::refuse)
                .connectionHandler(connection -> {
                    SilentMachines.ask(connection);
                    ClosesWithItsPeer.watch(connection);
                    SlowHeads.watch(connection, config.headLimit());
                });
        awaitCertificate(stopped).compose(_ -> server.listen(address)).onSuccess(listening::accept).onFailure(e -> {
            if (!stopped.get()) {
                LOG.errorf(e, "can't listen for Docker clients by TLS on %s", address);
            }
        });
        return () -> {
            stopped.set(true);
            server.close();
        };
    }

    private Future<Void> awaitCertificate(AtomicBoolean stopped) {
        if (stopped.get()) {
            return Future.failedFuture("stopped");
        }
        if (List.of("service.crt", "service.key", "ca.crt").stream().map(pki::resolve).allMatch(Files::exists)) {
            return Future.succeededFuture();
        }
        return vertx.timer(LOOK_MILLIS).compose(_ -> awaitCertificate(stopped));
    }

    private String file(String name) {
        return pki.resolve(name).toString();
    }
}
