package io.gantry.kernel.quota;

import static io.gantry.kernel.syscall.LinuxHeader.O_DIRECTORY;
import static io.gantry.kernel.syscall.LinuxHeader.O_RDONLY;

import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Requests of btrfs, linux/btrfs.h. */
final class BtrfsCalls {
    static final long SUBVOL_CREATE = 0x5000940eL;
    static final long SNAP_DESTROY = 0x5000940fL;
    static final long TREE_SEARCH = 0xd0009411L;
    static final long INO_LOOKUP = 0xd0009412L;
    static final long FS_INFO = 0x8400941fL;
    static final long QUOTA_CTL = 0xc0109428L;
    static final long QGROUP_CREATE = 0x4010942aL;
    static final long QGROUP_LIMIT = 0x8030942bL;
    static final long QUOTA_RESCAN = 0x4040942cL;
    static final long QUOTA_RESCAN_WAIT = 0x942eL;

    private final SystemCalls calls;

    BtrfsCalls(SystemCalls calls) {
        this.calls = calls;
    }

    /** @return the request's structure, as the kernel left it */
    ByteBuffer control(String folder, long request, ByteBuffer structure) {
        try (Fd open = calls.open(folder, O_RDONLY | O_DIRECTORY, 0)) {
            calls.control(open, request, structure.array());
            return structure;
        } catch (SyscallFailure e) {
            throw e.call().equals("ioctl") ? new SyscallFailure("ioctl(" + name(request) + ")", folder, e.errno()) : e;
        }
    }

    static ByteBuffer structure(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }

    private static String name(long request) {
        return switch ((int) (request & 0xff)) {
            case 14 -> "BTRFS_IOC_SUBVOL_CREATE";
            case 15 -> "BTRFS_IOC_SNAP_DESTROY";
            case 17 -> "BTRFS_IOC_TREE_SEARCH";
            case 18 -> "BTRFS_IOC_INO_LOOKUP";
            case 31 -> "BTRFS_IOC_FS_INFO";
            case 40 -> "BTRFS_IOC_QUOTA_CTL";
            case 42 -> "BTRFS_IOC_QGROUP_CREATE";
            case 43 -> "BTRFS_IOC_QGROUP_LIMIT";
            case 44 -> "BTRFS_IOC_QUOTA_RESCAN";
            case 46 -> "BTRFS_IOC_QUOTA_RESCAN_WAIT";
            default -> Long.toHexString(request);
        };
    }
}
