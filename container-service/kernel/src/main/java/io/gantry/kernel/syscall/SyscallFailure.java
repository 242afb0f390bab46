package io.gantry.kernel.syscall;

/** A system call said no. */
public final class SyscallFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String call;
    private final String subject;
    private final int errno;

    /** @param subject path, name or descriptor it was about; may be empty */
    public SyscallFailure(String call, String subject, int errno) {
        super(call + (subject.isEmpty() ? "" : " " + subject) + ": " + Errno.describe(errno));
        this.call = call;
        this.subject = subject;
        this.errno = errno;
    }

    public String call() {
        return call;
    }

    public String subject() {
        return subject;
    }

    public int errno() {
        return errno;
    }
}
