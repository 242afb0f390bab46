package io.gantry.gateway.docker.core;

import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;

/** A no in Docker's words: clients match on some of the texts. */
public final class DockerRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;

    public DockerRefusal(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    public static DockerRefusal notSupported(String what) {
        return new DockerRefusal(501, what + " is not supported yet");
    }

    /** @param instead what to do, or why it isn't needed */
    public static DockerRefusal notSupported(String what, String instead) {
        return new DockerRefusal(501, what + " is not supported yet: " + instead);
    }

    /** In the words of Docker's daemon. */
    public static DockerRefusal nameInUse(String name, String holder) {
        return new DockerRefusal(
                409,
                "Conflict. The container name \"/" + name + "\" is already in use by container \"" + holder
                        + "\". You have to remove (or rename) that container to be able to reuse that name.");
    }

    /** To whom its holder is nobody's business. */
    public static DockerRefusal nameInUse(String name) {
        return new DockerRefusal(409, "Conflict. The container name \"/" + name + "\" is already in use. Choose another name.");
    }

    /** @param ref what the client called the container */
    public static DockerRefusal of(Problem problem, String ref) {
        String hint = problem.hint() == null || problem.hint().isEmpty() ? "" : " (" + problem.hint() + ")";
        return problem.kind()
                .map(kind -> of(kind, problem, hint, ref))
                .orElseGet(() -> new DockerRefusal(problem.status(), problem.detail() + hint));
    }

    private static DockerRefusal of(ProblemType kind, Problem problem, String hint, String ref) {
        return switch (kind) {
            case NOT_FOUND -> new DockerRefusal(404, "No such container: " + ref);
            case START_FAILED -> StartFailure.of(problem.detail() + hint, problem.errno());
            case NAME_IN_USE -> new DockerRefusal(409, "Conflict. " + problem.detail() + hint);
            // Docker's word for a prefix of several ids
            case AMBIGUOUS -> new DockerRefusal(400, problem.detail() + hint);
            case BAD_REQUEST, INVALID_FIELD, UNAUTHENTICATED, FORBIDDEN, IMAGE_REFUSED, IMAGE_NOT_FOUND, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, CONFLICT,
                    PORT_IN_USE, NO_ADDRESS, NO_NODE, PRECONDITION_FAILED, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, BUILD_FAILED, KEY_REUSED, TOO_MANY_REQUESTS, INTERNAL,
                    UNAVAILABLE, TIMEOUT ->
                    new DockerRefusal(problem.status(), problem.detail() + hint);
        };
    }

    public int status() {
        return status;
    }
}
