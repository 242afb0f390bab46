package io.gantry.container.link;

import io.gantry.container.pki.CertificateAuthority;
import io.gantry.container.pki.PemFiles;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** A machine with a join token becomes a node with a certificate. The token is used up by it, whatever follows. */
@Singleton
class Joining {
    private static final Logger LOG = Logger.getLogger(Joining.class);
    private final JoinTokens tokens;
    private final Path pki;
    private final World world;

    /** @param csr a PKCS#10 request, PEM */
    record Request(String secret, String name, String csr) {}

    /** @param certificate and {@code ca}: PEM */
    record Answer(NodeId node, String certificate, String ca) {}

    @Inject
    Joining(JoinTokens tokens, @ConfigProperty(name = "gantry.pki.dir") String pki, World world) {
        this.tokens = tokens;
        this.pki = Path.of(pki);
        this.world = world;
    }

    void handle(HttpServerRequest request) {
        CertificateCalls.answer(request, Request.class, this::join);
    }

    private Uni<Answer> join(Request request) {
        if (request.secret() == null || request.csr() == null || request.name() == null || !request.name().matches("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}")) {
            throw new IllegalArgumentException("a join request has secret, name (letters, digits and . _ -, at most 63) and csr");
        }
        NodeId node = new NodeId(Ids.of("node", world.now(), world.random()));
        CertificateAuthority authority = CertificateCalls.authority(pki);
        X509Certificate certificate = authority.issueForRequest(request.csr(), node.value(), world.now());
        return tokens.use(request.secret(), node, request.name(), certificate)
                .invoke(() -> LOG.infof("%s joined as %s", request.name(), node))
                .replaceWith(new Answer(node, PemFiles.encode(certificate), PemFiles.encode(authority.certificate())));
    }
}
