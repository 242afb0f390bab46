package io.gantry.kernel.netlink.socket;

import io.gantry.kernel.syscall.Errno;

/** The kernel refused a netlink request. */
public final class NetlinkFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String operation;
    private final int errno;

    /** @param explanation the kernel's own words from the extended acknowledgement; may be empty */
    public NetlinkFailure(String operation, int errno, String explanation) {
        super(operation + ": " + Errno.describe(errno) + (explanation.isEmpty() ? "" : ": " + explanation));
        this.operation = operation;
        this.errno = errno;
    }

    /** What was asked for, in words: {@code create bridge g12ab}. */
    public String operation() {
        return operation;
    }

    public int errno() {
        return errno;
    }
}
