package io.gantry.contracts.problem;

/** An expected no, as a value: what a core answers instead of throwing. {@code field}, {@code hint} and {@code errno} may be {@code null}. */
public record Refusal(ProblemType type, String detail, String field, String hint, Integer errno) {
    public Refusal(ProblemType type, String detail, String field, String hint) {
        this(type, detail, field, hint, null);
    }

    public static Refusal of(ProblemType type, String detail) {
        return new Refusal(type, detail, null, null);
    }

    public static Refusal of(ProblemType type, String detail, String hint) {
        return new Refusal(type, detail, null, hint);
    }

    public Problem toProblem() {
        Problem plain = Problem.of(type, detail, field, hint);
        return errno == null ? plain : new Problem(plain.type(), plain.title(), plain.status(), detail, field, hint, errno);
    }
}
