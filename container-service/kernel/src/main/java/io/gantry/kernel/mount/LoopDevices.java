package io.gantry.kernel.mount;

import static io.gantry.kernel.syscall.LinuxHeader.LOOP_CONFIGURE;
import static io.gantry.kernel.syscall.LinuxHeader.LOOP_CTL_GET_FREE;
import static io.gantry.kernel.syscall.LinuxHeader.LO_FLAGS_AUTOCLEAR;
import static io.gantry.kernel.syscall.LinuxHeader.LO_FLAGS_DIRECT_IO;
import static io.gantry.kernel.syscall.LinuxHeader.LO_FLAGS_READ_ONLY;
import static io.gantry.kernel.syscall.LinuxHeader.O_RDONLY;

import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Block devices whose content is a file's (loop(4), linux/loop.h). Each is given back by the kernel when nobody has it open or mounted any more. */
final class LoopDevices {
    /** Others take free devices, too. */
    private static final int ATTEMPTS = 32;

    /** struct loop_config: a descriptor, a block size, struct loop_info64, eight longs. */
    private static final int CONFIGURATION = 304;

    private static final int FLAGS = 8 + 52;
    private static final int BLOCK = 4096;
    private final SystemCalls calls;

    LoopDevices(SystemCalls calls) {
        this.calls = calls;
    }

    /** Held open until it is mounted. */
    record Device(Fd open, String path) implements AutoCloseable {
        @Override
        public void close() {
            open.close();
        }
    }

    /**
     * Read-only. What is read is in memory once, not once more as the file's content, where the file's file system can do that.
     *
     * @param file may be closed afterwards
     */
    Device give(Fd file) {
        for (int attempt = 1; ; attempt++) {
            String path = "/dev/loop" + free();
            Fd device = calls.open(path, O_RDONLY, 0);
            try {
                calls.control(device, LOOP_CONFIGURE, configuration(file));
                return new Device(device, path);
            } catch (SyscallFailure e) {
                device.close();
                if (e.errno() != Errno.EBUSY || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private int free() {
        try (Fd control = calls.open("/dev/loop-control", O_RDONLY, 0)) {
            return calls.control(control, LOOP_CTL_GET_FREE, new byte[0]);
        }
    }

    private static byte[] configuration(Fd file) {
        return ByteBuffer.allocate(CONFIGURATION)
                .order(ByteOrder.nativeOrder())
                .putInt(0, file.number())
                .putInt(4, BLOCK)
                .putInt(FLAGS, LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR | LO_FLAGS_DIRECT_IO)
                .array();
    }
}
