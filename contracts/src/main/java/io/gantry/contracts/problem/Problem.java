package io.gantry.contracts.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.gantry.contracts.api.Always;
import java.util.Arrays;
import java.util.Optional;

/**
 * RFC 9457 problem details. {@code type} is stable: {@code https://gantry.io/problems/<name>} documented in
 * {@code docs/reference/problems.md}.
 *
 * @param field the offending field of the request, as a JSON path, or {@code null}
 * @param hint what to do about it, or {@code null}
 * @param errno what the kernel said when a container could not be started, as its number in {@code asm-generic/errno-base.h}, or {@code null}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(@Always String type, @Always String title, int status, String detail, String field, String hint, Integer errno) {
    public static final String CONTENT_TYPE = "application/problem+json";

    /** Characters of each of its texts: what was sent is named, not sent back. */
    private static final int MOST = 4096;

    public Problem {
        detail = shortened(detail);
        field = shortened(field);
        hint = shortened(hint);
    }

    public Problem(String type, String title, int status, String detail, String field, String hint) {
        this(type, title, status, detail, field, hint, null);
    }

    public static Problem of(ProblemType type, String detail, String field, String hint) {
        return new Problem(type.uri(), type.title(), type.status(), detail, field, hint);
    }

    public static Problem of(ProblemType type, String detail) {
        return of(type, detail, null, null);
    }

    private static String shortened(String text) {
        if (text == null || text.length() <= MOST) {
            return text;
        }
        // not within a character of two
        return text.substring(0, Character.isHighSurrogate(text.charAt(MOST - 1)) ? MOST - 1 : MOST) + "…";
    }

    /** Which of ours it is; empty for one that another server, or a later version, made. */
    public Optional<ProblemType> kind() {
        return Arrays.stream(ProblemType.values()).filter(one -> one.uri().equals(type)).findFirst();
    }

    public boolean is(ProblemType one) {
        return kind().filter(one::equals).isPresent();
    }
}
