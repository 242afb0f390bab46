package io.gantry.container.link;

import io.gantry.container.pki.CertificateAuthority;
import io.gantry.container.pki.PemFiles;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Unexpected;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** A machine with a join token becomes a node with a certificate. The token is used up by it, whatever follows. */
@Singleton
class Joining {
    private static final Logger LOG = Logger.getLogger(Joining.class);
    private static final int MAX_BODY_BYTES = 16 << 10;
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
        Context context = Vertx.currentContext();
        String length = request.getHeader("Content-Length");
        if (length == null || !length.matches("\\d{1,6}") || Integer.parseInt(length) > MAX_BODY_BYTES) {
            answer(request, 413, Problem.CONTENT_TYPE, Problem.of(ProblemType.TOO_LARGE, "a join request is short"));
            return;
        }
        request.body().onSuccess(body -> Uni.createFrom()
                .deferred(() -> join(Json.read(body.toString(), Request.class)))
                .subscribe()
                .with(
                        joined -> context.runOnContext(_ -> answer(request, 200, "application/json", joined)),
                        failure -> context.runOnContext(_ -> fail(request, failure))));
    }

    private Uni<Answer> join(Request request) {
        if (request == null || request.secret() == null || request.csr() == null || request.name() == null || !request.name().matches("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}")) {
            throw new IllegalArgumentException("a join request has secret, name (letters, digits and . _ -, at most 63) and csr");
        }
        NodeId node = new NodeId(Ids.of("node", world.now(), world.random()));
        CertificateAuthority authority = authority();
        X509Certificate certificate = authority.issueForRequest(request.csr(), node.value(), world.now());
        return tokens.use(request.secret(), node, request.name(), certificate)
                .invoke(() -> LOG.infof("%s joined as %s", request.name(), node))
                .replaceWith(new Answer(node, PemFiles.encode(certificate), PemFiles.encode(authority.certificate())));
    }

    private CertificateAuthority authority() {
        try {
            return CertificateAuthority.load(pki);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fail(HttpServerRequest request, Throwable failure) {
        Problem problem =
                switch (failure) {
                    case Refused refused -> refused.refusal().toProblem();
                    case IllegalArgumentException e -> Problem.of(ProblemType.INVALID_FIELD, e.getMessage());
                    default -> {
                        Unexpected error = Unexpected.marked();
                        LOG.errorf(failure, "a join failed, %s", error.mark());
                        yield error.problem("the service");
                    }
                };
        answer(request, problem.status(), Problem.CONTENT_TYPE, problem);
    }

    private static void answer(HttpServerRequest request, int status, String type, Object body) {
        request.response().setStatusCode(status).putHeader("Content-Type", type).end(Json.write(body));
    }
}
