package io.gantry.kit.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.stream.Collectors;
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
        Throwable cause = e.getCause();
        if (e instanceof JsonMappingException mapping) {
            String field = path(mapping);
            String detail = cause instanceof IllegalArgumentException ? cause.getMessage() : mapping.getOriginalMessage();
            return answer(Problem.of(ProblemType.INVALID_FIELD, detail, field.isEmpty() ? null : field, null));
        }
        return answer(
                Problem.of(ProblemType.BAD_REQUEST, "the body is not JSON: " + e.getOriginalMessage(), null, "send application/json"));
    }

    /** Quarkus has a mapper of its own for this one, which says nothing. */
    @ServerExceptionMapper(priority = 1)
    public Response mismatched(MismatchedInputException e) {
        return unreadable(e);
    }

    @ServerExceptionMapper
    public Response invalid(IllegalArgumentException e) {
        return answer(Problem.of(ProblemType.INVALID_FIELD, e.getMessage()));
    }

    @ServerExceptionMapper
    public Response http(WebApplicationException e) {
        if (e.getCause() instanceof JsonProcessingException json) {
            return unreadable(json);
        }
        int status = e.getResponse().getStatus();
        ProblemType type =
                switch (status) {
                    case 404 -> ProblemType.NOT_FOUND;
                    case 401 -> ProblemType.UNAUTHENTICATED;
                    case 403 -> ProblemType.FORBIDDEN;
                    case 413 -> ProblemType.TOO_LARGE;
                    default -> status < 500 ? ProblemType.BAD_REQUEST : ProblemType.INTERNAL;
                };
        Problem problem = Problem.of(type, e.getMessage());
        return answer(new Problem(problem.type(), problem.title(), status, problem.detail(), null, null));
    }

    @ServerExceptionMapper
    public Response broken(Throwable e) {
        if (Outage.is(e)) {
            LOG.warnf("a request met an outage: %s", e.getMessage());
            return answer(Outage.PROBLEM);
        }
        LOG.error("a request failed", e);
        return answer(Problem.of(ProblemType.INTERNAL, "an unexpected error; the service's log has it"));
    }

    private static Response answer(Problem problem) {
        return Response.status(problem.status()).type(Problem.CONTENT_TYPE).entity(problem).build();
    }

    private static String path(JsonMappingException e) {
        return e.getPath().stream()
                .map(part -> part.getFieldName() == null ? "[" + part.getIndex() + "]" : part.getFieldName())
                .collect(Collectors.joining("."))
                .replace(".[", "[");
    }
}
