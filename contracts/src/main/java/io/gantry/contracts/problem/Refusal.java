package io.gantry.contracts.problem;

/** An expected no, as a value: what a core answers instead of throwing. {@code field} and {@code hint} may be {@code null}. */
public record Refusal(ProblemType type, String detail, String field, String hint) {
    public static Refusal of(ProblemType type, String detail) {
        return new Refusal(type, detail, null, null);
    }

    public static Refusal of(ProblemType type, String detail, String hint) {
        return new Refusal(type, detail, null, hint);
    }

    public Problem toProblem() {
        return Problem.of(type, detail, field, hint);
    }
}
