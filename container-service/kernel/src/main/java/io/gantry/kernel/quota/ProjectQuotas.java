package io.gantry.kernel.quota;

import static io.gantry.kernel.syscall.LinuxHeader.O_DIRECTORY;
import static io.gantry.kernel.syscall.LinuxHeader.O_RDONLY;

import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Folders as projects of their file system (quotactl(2), ioctl_xfs_fsgetxattr(2)): each file has a project's number and what is made in a folder of a
 * project takes on its number, which nobody in a user namespace of his own can change (fs/ioctl.c). The file system counts each project and keeps it to
 * its limit. ext4 and xfs have them, mounted with {@code prjquota}.
 */
public final class ProjectQuotas {
    /** What the file system does about projects. */
    public enum State {
        NONE,
        COUNTED,
        ENFORCED
    }

    /** What belongs to a project. */
    public record Usage(long limitBytes, long bytes, long files) {}

    /** {@code struct fsxattr}, linux/fs.h. */
    private static final int ATTRIBUTES = 28;

    private static final long FS_IOC_FSGETXATTR = 0x801c581fL;
    private static final long FS_IOC_FSSETXATTR = 0x401c5820L;
    private static final int FLAGS_AT = 0;
    private static final int PROJECT_AT = 12;
    private static final int FS_XFLAG_PROJINHERIT = 0x200;

    // linux/quota.h: QCMD(command, PRJQUOTA)
    private static final int PROJECTS = 2;
    private static final int GET_QUOTA = 0x800007 << 8 | PROJECTS;
    private static final int SET_QUOTA = 0x800008 << 8 | PROJECTS;

    /** {@code struct if_dqblk}; blocks are of 1 KiB. */
    private static final int LIMITS = 72;

    private static final int HARD_BYTES_AT = 0;
    private static final int BYTES_AT = 16;
    private static final int HARD_FILES_AT = 24;
    private static final int FILES_AT = 40;
    private static final int VALID_AT = 64;
    private static final int QIF_LIMITS = 1 | 4;
    private static final int BLOCK_SHIFT = 10;

    // linux/dqblk_xfs.h; ext4 answers it, too
    private static final int GET_STATE = ('X' << 8 | 8) << 8 | PROJECTS; // Q_XGETQSTATV
    private static final int STATE = 160;
    private static final int STATE_FLAGS_AT = 2;
    private static final int FS_QUOTA_PDQ_ACCT = 1 << 4;
    private static final int FS_QUOTA_PDQ_ENFD = 1 << 5;

    private final SystemCalls calls;

    public ProjectQuotas(SystemCalls calls) {
        this.calls = calls;
    }

    /** Of the file system that the folder is on. */
    public State state(String folder) {
        byte[] answer = new byte[STATE];
        answer[0] = 1; // FS_QSTATV_VERSION1
        try (Fd open = open(folder)) {
            calls.quota(open, GET_STATE, 0, answer);
        } catch (SyscallFailure e) {
            return State.NONE; // ENOSYS of a file system that knows no quotas, ESRCH of one that has none on
        }
        int flags = buffer(answer).getShort(STATE_FLAGS_AT);
        if ((flags & FS_QUOTA_PDQ_ENFD) != 0) {
            return State.ENFORCED;
        }
        return (flags & FS_QUOTA_PDQ_ACCT) != 0 ? State.COUNTED : State.NONE;
    }

    /** The folder's project; 0 if it belongs to none, or where there are none. */
    public int project(String folder) {
        try (Fd open = open(folder)) {
            return attributes(open).getInt(PROJECT_AT);
        } catch (SyscallFailure e) {
            return 0;
        }
    }

    /** The folder, and all that is made in it from now on. */
    public void assign(String folder, int project) {
        try (Fd open = open(folder)) {
            ByteBuffer attributes = attributes(open);
            attributes.putInt(PROJECT_AT, project).putInt(FLAGS_AT, attributes.getInt(FLAGS_AT) | FS_XFLAG_PROJINHERIT);
            calls.control(open, FS_IOC_FSSETXATTR, attributes.array());
        }
    }

    private ByteBuffer attributes(Fd folder) {
        byte[] answer = new byte[ATTRIBUTES];
        calls.control(folder, FS_IOC_FSGETXATTR, answer);
        return buffer(answer);
    }

    /** @param folder anywhere on the file system */
    public Usage usage(String folder, int project) {
        byte[] answer = new byte[LIMITS];
        try (Fd open = open(folder)) {
            calls.quota(open, GET_QUOTA, project, answer);
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.ENOENT) { // xfs' word for one that has nothing
                throw e;
            }
        }
        ByteBuffer limits = buffer(answer);
        return new Usage(limits.getLong(HARD_BYTES_AT) << BLOCK_SHIFT, limits.getLong(BYTES_AT), limits.getLong(FILES_AT));
    }

    /**
     * What more is written fails with EDQUOT, on xfs with ENOSPC.
     *
     * @param folder anywhere on the file system
     * @param bytes 0 for no limit, as {@code files}: without both nothing is remembered of a project that has no files
     */
    public void limit(String folder, int project, long bytes, long files) {
        ByteBuffer limits = buffer(new byte[LIMITS]);
        limits.putLong(HARD_BYTES_AT, bytes >> BLOCK_SHIFT).putLong(HARD_FILES_AT, files).putInt(VALID_AT, QIF_LIMITS);
        try (Fd open = open(folder)) {
            calls.quota(open, SET_QUOTA, project, limits.array());
        }
    }

    private Fd open(String folder) {
        return calls.open(folder, O_RDONLY | O_DIRECTORY, 0);
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }
}
