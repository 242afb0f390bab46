package io.gantry.kernel.process;

import java.util.Locale;

/** The limits of setrlimit(2); numbers from include/uapi/asm-generic/resource.h. */
public enum ResourceLimit {
    CPU(0),
    FSIZE(1),
    DATA(2),
    STACK(3),
    CORE(4),
    RSS(5),
    NPROC(6),
    NOFILE(7),
    MEMLOCK(8),
    AS(9),
    LOCKS(10),
    SIGPENDING(11),
    MSGQUEUE(12),
    NICE(13),
    RTPRIO(14),
    RTTIME(15);

    /** RLIM_INFINITY. */
    public static final long UNLIMITED = -1;

    private final int number;

    ResourceLimit(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** By its name in small letters, {@code nofile}. */
    public static ResourceLimit named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** As people write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
