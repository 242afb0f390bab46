package io.gantry.agent.execute;

/** The launcher's operations, by the names and numbers of {@code launcher/wire.h}, which says what each takes. */
enum Operation {
    BECOME_ROOT(1),
    PRIVATE_MOUNTS(2),
    ATTACH(3),
    PIVOT(4),
    DETACH_OLD_ROOT(5),
    MAKE_FOLDER(6),
    MAKE_FILE(7),
    MOUNT(8),
    MASK(9),
    READ_ONLY(10),
    WRITE(11),
    HOSTNAME(12),
    LOOPBACK(13),
    RLIMIT(14),
    INIT(15),
    STREAMS(16),
    TERMINAL(17),
    BOUNDING(18),
    USER(19),
    CAPABILITIES(20),
    NO_NEW_PRIVILEGES(21),
    SECCOMP(22),
    FOLDER(23),
    EXEC(24),
    LAY_DOWN(25),
    STAGE(26),
    MOVE(27),
    MOUNT_ATTRIBUTES(30),
    PLACE(31),
    NODE(32),
    FIRST_LINK(33),
    DOMAINNAME(34),
    TAKE_STREAMS(35),
    SEND_TERMINAL(36),
    UMASK(37),
    ALL_CAPABILITIES(38),
    AWAIT_START(39),
    OWN_MOUNTS(40),
    PIVOT_OVER(41),
    LINK(42),
    COVER_ROOT(43),
    SHARED_MEMORY(50),
    SHOW(60),
    BENCH(70),
    UNMOUNT(71),
    BRING(72),
    NEW_FILE(73),
    PROGRAM(74),
    MAKE(75),
    START(76);

    private final int code;

    Operation(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
