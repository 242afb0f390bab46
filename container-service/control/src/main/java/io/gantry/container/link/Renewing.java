package io.gantry.container.link;

import io.gantry.container.lifecycle.store.Nodes;
import io.gantry.container.pki.PemFiles;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** A node has another certificate before the one it shows ends, unless it has been removed. */
@Singleton
class Renewing {
    private static final Logger LOG = Logger.getLogger(Renewing.class);
    private final Nodes nodes;
    private final Path pki;
    private final World world;

    /** @param csr a PKCS#10 request, PEM */
    record Request(String csr) {}

    /** @param certificate PEM */
    record Answer(String certificate) {}

    @Inject
    Renewing(Nodes nodes, @ConfigProperty(name = "gantry.pki.dir") String pki, World world) {
        this.nodes = nodes;
        this.pki = Path.of(pki);
        this.world = world;
    }

    /** @param node who its certificate says it is */
    void handle(HttpServerRequest request, NodeId node) {
        CertificateCalls.answer(request, Request.class, asked -> renew(asked, node));
    }

    private Uni<Answer> renew(Request request, NodeId node) {
        if (request.csr() == null) {
            throw new IllegalArgumentException("a renewal has a csr");
        }
        return nodes.removed(node).map(removed -> {
            if (removed) {
                throw new Refused(ProblemType.FORBIDDEN, "node " + node + " has been removed", "join again with a token: gantry node token");
            }
            String certificate = PemFiles.encode(CertificateCalls.authority(pki).issueForRequest(request.csr(), node.value(), world.now()));
            LOG.infof("%s has a new certificate", node);
            return new Answer(certificate);
        });
    }
}
