package io.gantry.kernel.files;

import static io.gantry.kernel.syscall.LinuxHeader.O_DIRECTORY;
import static io.gantry.kernel.syscall.LinuxHeader.O_RDONLY;

import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A folder whose folders have nothing to do with each other (chattr(1), {@code T}): ext4 spreads them over the disk, and what is made in one of them lies
 * near it. Otherwise all of them would share one group of inodes, which is searched from its beginning for each new file; an ext4 without a journal
 * passes over all that were removed within the last minute, one by one.
 */
public final class SpreadFolder {
    // linux/fs.h: _IOR('f', 1, long) and _IOW('f', 2, long), of which an int is read and written
    private static final long FS_IOC_GETFLAGS = 0x80086601L;
    private static final long FS_IOC_SETFLAGS = 0x40086602L;
    private static final int FS_TOPDIR_FL = 0x00020000;

    private SpreadFolder() {}

    /** @return whether the folder's file system does so; ext2, ext3 and ext4 do */
    public static boolean spread(SystemCalls calls, String folder) {
        try (Fd open = calls.open(folder, O_RDONLY | O_DIRECTORY, 0)) {
            byte[] flags = new byte[Integer.BYTES];
            calls.control(open, FS_IOC_GETFLAGS, flags);
            ByteBuffer number = ByteBuffer.wrap(flags).order(ByteOrder.nativeOrder());
            calls.control(open, FS_IOC_SETFLAGS, number.putInt(0, number.getInt(0) | FS_TOPDIR_FL).array());
            calls.control(open, FS_IOC_GETFLAGS, flags);
            return (number.getInt(0) & FS_TOPDIR_FL) != 0;
        } catch (SyscallFailure e) {
            return false; // ENOTTY, EOPNOTSUPP: it has no such flags
        }
    }
}
