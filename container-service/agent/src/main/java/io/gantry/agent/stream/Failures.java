package io.gantry.agent.stream;

import io.gantry.agent.files.FilesRefusal;
import io.gantry.agent.runtime.TooManyAttached;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Unexpected;
import io.gantry.kernel.files.UnreadableTree;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** Refusals and errors as problems; of what nobody expected the log has the rest. */
final class Failures {
    private static final Logger LOG = Logger.getLogger(Failures.class);

    private Failures() {}

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** On the request's event loop. Nothing if it is being answered already. */
    static void answer(HttpServerRequest request, Throwable failure) {
        Problem problem =
                switch (cause(failure)) {
                    case StreamRefusal refusal -> refusal.problem();
                    case FilesRefusal refusal -> refusal.problem();
                    case TooManyAttached full -> Problem.of(ProblemType.CONFLICT, full.getMessage());
                    case UnreadableTree tree -> Problem.of(ProblemType.CONFLICT, tree.getMessage());
                    case IllegalArgumentException e -> Problem.of(ProblemType.BAD_REQUEST, e.getMessage());
                    default -> {
                        Unexpected error = Unexpected.marked();
                        LOG.errorf(failure, "a request failed, %s", error.mark());
                        yield error.problem("the agent");
                    }
                };
        if (!request.response().headWritten()) {
            if (!request.isEnded()) {
                // what is left of the body must not be taken for the next request
                request.response().putHeader("Connection", "close");
            }
            request.response()
                    .setStatusCode(problem.status())
                    .putHeader("Content-Type", Problem.CONTENT_TYPE)
                    .end(Json.write(problem));
        }
    }
}
