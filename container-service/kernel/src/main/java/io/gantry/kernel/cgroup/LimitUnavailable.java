package io.gantry.kernel.cgroup;

/** A limit that this host's control groups can't hold. */
public final class LimitUnavailable extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final String limit;
    private final String remedy;

    /**
     * @param limit its name in a container's resources
     * @param detail one sentence that says what is missing
     * @param remedy what a person can do
     */
    public LimitUnavailable(String limit, String detail, String remedy) {
        super(detail);
        this.limit = limit;
        this.remedy = remedy;
    }

    public String limit() {
        return limit;
    }

    public String remedy() {
        return remedy;
    }
}
