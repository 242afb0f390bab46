package io.gantry.gateway.route;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.problem.Unexpected;
import io.gantry.kit.problem.BadJson;
import io.gantry.kit.problem.Outage;
import io.gantry.kit.problem.Refused;
import io.vertx.core.http.HttpServerResponse;
import org.jboss.logging.Logger;

/** What went wrong, as the caller may know it. */
public final class GatewayProblems {
    private static final Logger LOG = Logger.getLogger(GatewayProblems.class);

    private GatewayProblems() {}

    /** A refusal is told as it is; anything else is ours and goes to the log. */
    public static Problem of(Throwable failure) {
        if (failure instanceof Refused refused) {
            return refused.refusal().toProblem();
        }
        if (failure instanceof Refusing refusing) {
            return refusing.problem();
        }
        if (failure instanceof IllegalArgumentException bad && bad.getCause() instanceof JsonProcessingException json) {
            return BadJson.of(json);
        }
        if (failure instanceof BadField bad) {
            return bad.problem("");
        }
        if (failure instanceof IllegalArgumentException bad) {
            return Problem.of(ProblemType.INVALID_FIELD, bad.getMessage());
        }
        if (Outage.is(failure)) {
            return Outage.PROBLEM;
        }
        Unexpected error = Unexpected.marked();
        LOG.errorf(failure, "a request failed, %s", error.mark());
        return error.problem("the gateway");
    }

    /** Answers with the problem, or cuts the connection when the answer is already on its way. */
    public static void answer(HttpServerResponse response, Throwable failure) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        Problem problem = of(failure);
        if (problem.status() == ProblemType.UNAUTHENTICATED.status()) {
            response.putHeader("WWW-Authenticate", "Bearer realm=\"gantry\"");
        }
        response.setStatusCode(problem.status()).putHeader("Content-Type", Problem.CONTENT_TYPE).end(Json.write(problem));
    }

    public static Refused unavailable(String part) {
        return new Refused(new Refusal(ProblemType.UNAVAILABLE, part + " doesn't answer", null, "try again; if it lasts, see whether it runs"));
    }

    static Refused tooLarge(long most) {
        return new Refused(new Refusal(ProblemType.TOO_LARGE, "the body is larger than " + most + " bytes", null, "what is large goes to /v2 or /api/v1/builds"));
    }

    public static Refused timeout(String part) {
        return new Refused(new Refusal(ProblemType.TIMEOUT, part + " took too long to answer", null, "it may still be done; look before you repeat it"));
    }

    /** A service's own problem on its way through. */
    public static final class Refusing extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Problem problem;

        public Refusing(Problem problem) {
            super(problem.detail(), null, false, false);
            this.problem = problem;
        }

        public Problem problem() {
            return problem;
        }
    }
}
