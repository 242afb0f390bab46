package io.gantry.kit.problem;

import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the framework turned down before it came to a resource. */
final class HttpProblems {
    private static final String ROUTES = "GET /api/v1 lists the resources, docs/reference/rest.md their routes";

    private HttpProblems() {}

    /** @param query as it was asked */
    static Problem of(WebApplicationException e, MultivaluedMap<String, String> query) {
        int status = e.getResponse().getStatus();
        return switch (status) {
            // the framework's word for a parameter that it couldn't read
            case 404 -> e.getCause() == null ? notFound(e) : parameter(e.getCause(), query);
            case 401 -> Problem.of(ProblemType.UNAUTHENTICATED, e.getMessage());
            case 403 -> Problem.of(ProblemType.FORBIDDEN, e.getMessage());
            case 405 -> Problem.of(ProblemType.METHOD_NOT_ALLOWED, "there is nothing to do here with this method" + allowed(e), null, ROUTES);
            case 406 -> Problem.of(ProblemType.NOT_ACCEPTABLE, "the answer is JSON", "Accept", "send Accept: application/json, or leave it out");
            case 413 -> Problem.of(ProblemType.TOO_LARGE, e.getMessage());
            case 415 -> Problem.of(ProblemType.UNSUPPORTED_MEDIA_TYPE, "the body must be JSON", "Content-Type", "send Content-Type: application/json");
            default -> {
                Problem problem = Problem.of(ProblemType.BAD_REQUEST, e.getMessage());
                yield new Problem(problem.type(), problem.title(), status, problem.detail(), null, null);
            }
        };
    }

    private static Problem notFound(WebApplicationException e) {
        boolean framework = e.getMessage() == null || e.getMessage().startsWith("HTTP 404") || e.getMessage().startsWith("Unable to find matching");
        return framework ? Problem.of(ProblemType.NOT_FOUND, "there is nothing at this path", null, ROUTES) : Problem.of(ProblemType.NOT_FOUND, e.getMessage());
    }

    private static Problem parameter(Throwable cause, Map<String, List<String>> query) {
        String why = cause.getMessage() == null ? "" : cause.getMessage();
        Optional<Map.Entry<String, List<String>>> which =
                query.entrySet().stream().filter(one -> one.getValue().stream().anyMatch(value -> why.contains("\"" + value + "\""))).findFirst();
        return which.map(one -> Problem.of(ProblemType.INVALID_FIELD, "'" + one.getValue().getFirst() + "' can't be read", one.getKey(), "for numbers write digits only"))
                .orElseGet(() -> Problem.of(ProblemType.INVALID_FIELD, "a parameter can't be read: " + why, null, ROUTES));
    }

    private static String allowed(WebApplicationException e) {
        Set<String> methods = new TreeSet<>(e.getResponse().getAllowedMethods());
        return methods.isEmpty() ? "" : "; there is " + String.join(", ", methods);
    }
}
