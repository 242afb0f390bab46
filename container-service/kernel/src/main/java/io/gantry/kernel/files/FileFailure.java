package io.gantry.kernel.files;

import io.gantry.kernel.syscall.Errno;
import java.io.IOException;

/** A file operation the kernel refused: which, on what, why. */
public final class FileFailure extends IOException {
    private static final long serialVersionUID = 1L;
    private final int errno;

    public FileFailure(String call, String path, int errno) {
        super(call + " " + path + ": " + Errno.describe(errno));
        this.errno = errno;
    }

    private FileFailure(String message, FileFailure cause) {
        super(message, cause);
        this.errno = cause.errno;
    }

    /** The same, with what it happened at: the path above may be that of a parent. */
    public FileFailure at(String what) {
        return new FileFailure(what + ": " + getMessage(), this);
    }

    public int errno() {
        return errno;
    }
}
