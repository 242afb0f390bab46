package io.gantry.kit.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Unexpected;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every way a request can end badly, as RFC 9457 problem details. What we broke ourselves is told in the log only. */
public class ProblemMappers {
    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    public Response refused(Refused refused) {
        return answer(refused.refusal().toProblem());
    }

    /** Not JSON at all, or a value that a record's constructor turned down. */
    @ServerExceptionMapper(priority = 1)
    public Response unreadable(JsonProcessingException e) {
        return answer(BadJson.of(e));
    }

    /** Quarkus has a mapper of its own for this one, which says nothing. */
    @ServerExceptionMapper(priority = 1)
    public Response mismatched(MismatchedInputException e) {
        return unreadable(e);
    }

    @ServerExceptionMapper
    public Response invalid(IllegalArgumentException e) {
        return answer(e instanceof BadField bad ? bad.problem("") : Problem.of(ProblemType.INVALID_FIELD, e.getMessage()));
    }

    @ServerExceptionMapper
    public Response http(WebApplicationException e, UriInfo asked) {
        if (e.getCause() instanceof JsonProcessingException json) {
            return unreadable(json);
        }
        return e.getResponse().getStatus() >= ProblemType.INTERNAL.status() ? broken(e) : answer(HttpProblems.of(e, asked.getQueryParameters()));
    }

    @ServerExceptionMapper
    public Response broken(Throwable e) {
        if (Outage.is(e)) {
            LOG.warnf("a request met an outage: %s", e.getMessage());
            return answer(Outage.PROBLEM);
        }
        Unexpected error = Unexpected.marked();
        LOG.errorf(e, "a request failed, %s", error.mark());
        return answer(error.problem("the service"));
    }

    private static Response answer(Problem problem) {
        return Response.status(problem.status()).type(Problem.CONTENT_TYPE).entity(problem).build();
    }
}
