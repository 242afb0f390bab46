package io.gantry.contracts.problem;

/** A field of what somebody asks for has a value that can't work. Thrown where the type is made, so that every edge refuses the same. */
public final class BadField extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final String field;
    private final String hint;

    /**
     * @param field as a path within the record that is made: {@code pids}, {@code aliases[1]}; empty where the value itself is wrong, whose place its reader knows
     * @param detail what is wrong, with the value; names the field itself
     * @param hint what to write instead, or {@code null} if the detail says that
     */
    public BadField(String field, String detail, String hint) {
        super(detail);
        this.field = field;
        this.hint = hint;
    }

    public BadField(String field, String detail) {
        this(field, detail, null);
    }

    /** @param place the path of the record within the request; empty for the request itself */
    public Problem problem(String place) {
        return Problem.of(ProblemType.INVALID_FIELD, getMessage(), place.isEmpty() || field.isEmpty() ? place + field : place + "." + field, hint);
    }

    public String field() {
        return field;
    }

    public String hint() {
        return hint;
    }
}
