package io.gantry.gateway.route;

import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

/** What an HTTP server could not read, told in the form of everything else. */
public final class InvalidRequests {
    private static final int URI_TOO_LONG = 414;
    private static final int HEADERS_TOO_LARGE = 431;
    private static final int BAD_REQUEST = 400;

    private InvalidRequests() {}

    /** @param cause what the decoder says */
    public static Problem of(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> problem(URI_TOO_LONG, "the request line is too long", "shorten the path or the query");
            case TooLongHttpHeaderException _ -> problem(HEADERS_TOO_LARGE, "the headers are too large", "send fewer or shorter ones");
            case null, default -> problem(BAD_REQUEST, "this is no HTTP request", "write it as RFC 9112 says");
        };
    }

    private static Problem problem(int status, String detail, String hint) {
        Problem like = Problem.of(ProblemType.BAD_REQUEST, detail);
        return new Problem(like.type(), like.title(), status, detail, null, hint);
    }
}
