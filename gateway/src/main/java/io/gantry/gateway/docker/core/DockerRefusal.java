package io.gantry.gateway.docker.core;

import io.gantry.contracts.problem.Problem;

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

    /** In the words of Docker's daemon. */
    public static DockerRefusal nameInUse(String name, String holder) {
        return new DockerRefusal(
                409,
                "Conflict. The container name \"/" + name + "\" is already in use by container \"" + holder
                        + "\". You have to remove (or rename) that container to be able to reuse that name.");
    }

    /** @param ref what the client called the container */
    public static DockerRefusal of(Problem problem, String ref) {
        String hint = problem.hint() == null || problem.hint().isEmpty() ? "" : " (" + problem.hint() + ")";
        String slug = problem.type() == null ? "" : problem.type().substring(problem.type().lastIndexOf('/') + 1);
        return switch (slug) {
            case "not-found" -> new DockerRefusal(404, "No such container: " + ref);
            case "start-failed" -> StartFailure.of(problem.detail() + hint);
            case "name-in-use" -> new DockerRefusal(409, "Conflict. " + problem.detail() + hint);
            case "ambiguous" -> new DockerRefusal(400, problem.detail() + hint);
            default -> new DockerRefusal(problem.status(), problem.detail() + hint);
        };
    }

    public int status() {
        return status;
    }
}
