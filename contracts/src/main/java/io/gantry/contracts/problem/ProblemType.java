package io.gantry.contracts.problem;

import java.util.Locale;

/** Every kind of refusal the API knows, with its HTTP status. */
public enum ProblemType {
    BAD_REQUEST(400, "The request is not understood"),
    INVALID_FIELD(400, "A field has a value that can't be"),
    UNAUTHENTICATED(401, "Who are you?"),
    FORBIDDEN(403, "That is not allowed"),
    IMAGE_REFUSED(403, "The image breaks a rule"),
    NOT_FOUND(404, "There is no such thing"),
    IMAGE_NOT_FOUND(404, "There is no such image"),
    METHOD_NOT_ALLOWED(405, "That can't be done with this"),
    NOT_ACCEPTABLE(406, "It doesn't come in that form"),
    AMBIGUOUS(409, "That could mean several things"),
    NAME_IN_USE(409, "The name is taken"),
    CONFLICT(409, "That can't be done in its present state"),
    PORT_IN_USE(409, "The port is taken"),
    NO_ADDRESS(409, "No address is left"),
    NO_NODE(409, "No node can take it"),
    PRECONDITION_FAILED(412, "It is not as you saw it any more"),
    TOO_LARGE(413, "That is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body has a form that isn't understood"),
    START_FAILED(422, "The container could not be started"),
    BUILD_FAILED(422, "The build failed"),
    KEY_REUSED(422, "The idempotency key is that of something else"),
    TOO_MANY_REQUESTS(429, "That is more than one may ask for in a time"),
    INTERNAL(500, "Something broke on our side"),
    UNAVAILABLE(503, "A part of the platform doesn't answer"),
    TIMEOUT(504, "It took too long");

    private final int status;
    private final String title;

    ProblemType(int status, String title) {
        this.status = status;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** The last part of the type URI, {@code name-in-use}. */
    public String slug() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String uri() {
        return "https://gantry.io/problems/" + slug();
    }
}
