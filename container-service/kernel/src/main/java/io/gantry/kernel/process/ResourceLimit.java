package io.gantry.kernel.process;

/** The limits of setrlimit(2) that a container is given; numbers from include/uapi/asm-generic/resource.h. */
public enum ResourceLimit {
    CORE(4),
    NOFILE(7);

    private final int number;

    ResourceLimit(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
