package io.gantry.image.edge;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Unexpected;
import io.gantry.contracts.tar.TarFailure;
import io.gantry.image.registry.core.RegistryRefusal;
import io.gantry.kit.problem.Outage;
import io.gantry.kit.problem.QueryParameters;
import io.gantry.kit.problem.Refused;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.InterruptedIOException;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Answers by lines of JSON that tell what happens, on a virtual thread of its own, which is interrupted when its client goes. What goes wrong is the
 * last line, {@code {"error": <problem>}}.
 */
public final class LinesHandler {
    private static final Logger LOG = Logger.getLogger(LinesHandler.class);

    /** May wait, and read the body. */
    @FunctionalInterface
    public interface Work {
        void tell(RequestBody body, EventLines lines) throws Exception;
    }

    private LinesHandler() {}

    /**
     * On the request's event loop.
     *
     * @param name of the thread
     * @param parameters of the query that there are; another is refused before anything is done
     */
    public static void handle(HttpServerRequest request, String name, Set<String> parameters, Work work) {
        try {
            QueryParameters.check(request.params().names(), parameters);
        } catch (BadField e) {
            request.response().putHeader("Connection", "close");
            refuse(request.response(), e);
            return;
        }
        start(request, name, work);
    }

    /** Instead of lines. */
    public static void refuse(HttpServerResponse response, Exception e) {
        Problem problem = problem(e);
        response.setStatusCode(problem.status()).putHeader("Content-Type", Problem.CONTENT_TYPE).end(Json.write(problem));
    }

    /** On the request's event loop, for what has been looked at. */
    public static void start(HttpServerRequest request, String name, Work work) {
        Context context = Vertx.currentContext();
        RequestBody body = new RequestBody(request, context);
        EventLines lines = new EventLines(request.response(), context);
        Thread thread = Thread.ofVirtual().name(name).unstarted(() -> {
            run(work, body, lines);
            context.runOnContext(_ -> body.discard());
        });
        request.response().closeHandler(_ -> thread.interrupt());
        thread.start();
    }

    private static void run(Work work, RequestBody body, EventLines lines) {
        try {
            try {
                work.tell(body, lines);
            } catch (NobodyListens | RequestBody.ClientGone | InterruptedException | InterruptedIOException gone) {
                LOG.debugf("nobody is there to hear how it ended: %s", gone.getMessage());
                return;
            } catch (Exception e) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                lines.send(EventLines.line("error", problem(e)));
            }
            lines.end();
        } catch (NobodyListens gone) {
            LOG.debugf("nobody is there to hear how it ended: %s", gone.getMessage());
        }
    }

    /** As the caller may know it. */
    public static Problem problem(Exception e) {
        return switch (e) {
            case Refused refused -> refused.refusal().toProblem();
            case RegistryRefusal refused -> Problem.of(ProblemType.BAD_REQUEST, refused.getMessage());
            case TarFailure failure -> Problem.of(ProblemType.BAD_REQUEST, "the archive can't be read: " + failure.getMessage());
            case BadField bad -> bad.problem("");
            case IllegalArgumentException bad -> Problem.of(ProblemType.INVALID_FIELD, bad.getMessage());
            default -> {
                if (Outage.is(e)) {
                    yield Outage.PROBLEM;
                }
                Unexpected error = Unexpected.marked();
                LOG.errorf(e, "a request failed, %s", error.mark());
                yield error.problem("the service");
            }
        };
    }
}
