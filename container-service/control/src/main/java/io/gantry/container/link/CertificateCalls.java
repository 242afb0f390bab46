package io.gantry.container.link;

import io.gantry.container.pki.CertificateAuthority;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Unexpected;
import io.gantry.kit.problem.Refused;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** How machines ask for certificates: short JSON, and an answer or a problem. */
final class CertificateCalls {
    private static final Logger LOG = Logger.getLogger(CertificateCalls.class);
    private static final int MAX_BODY_BYTES = 16 << 10;

    private CertificateCalls() {}

    /** On the request's event loop. */
    static <R> void answer(HttpServerRequest request, Class<R> type, Function<R, Uni<?>> work) {
        Context context = Vertx.currentContext();
        String length = request.getHeader("Content-Length");
        if (length == null || !length.matches("\\d{1,6}") || Integer.parseInt(length) > MAX_BODY_BYTES) {
            answer(request, 413, Problem.CONTENT_TYPE, Problem.of(ProblemType.TOO_LARGE, "a request for a certificate is short"));
            return;
        }
        request.body().onSuccess(body -> Uni.createFrom()
                .<Object>deferred(() -> work.apply(read(body.toString(), type)).map(answer -> answer))
                .subscribe()
                .with(
                        answer -> context.runOnContext(_ -> answer(request, 200, "application/json", answer)),
                        failure -> context.runOnContext(_ -> fail(request, failure))));
    }

    static CertificateAuthority authority(Path pki) {
        try {
            return CertificateAuthority.load(pki);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <R> R read(String body, Class<R> type) {
        R read = Json.read(body, type);
        if (read == null) {
            throw new IllegalArgumentException("a request for a certificate is a JSON object");
        }
        return read;
    }

    private static void fail(HttpServerRequest request, Throwable failure) {
        Problem problem =
                switch (failure) {
                    case Refused refused -> refused.refusal().toProblem();
                    case IllegalArgumentException e -> Problem.of(ProblemType.INVALID_FIELD, e.getMessage());
                    default -> {
                        Unexpected error = Unexpected.marked();
                        LOG.errorf(failure, "a request for a certificate failed, %s", error.mark());
                        yield error.problem("the service");
                    }
                };
        answer(request, problem.status(), Problem.CONTENT_TYPE, problem);
    }

    private static void answer(HttpServerRequest request, int status, String type, Object body) {
        request.response().setStatusCode(status).putHeader("Content-Type", type).end(Json.write(body));
    }
}
