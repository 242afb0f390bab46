package io.gantry.kernel.quota;

import static io.gantry.kernel.quota.BtrfsCalls.structure;

import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What btrfs counts of each subvolume, and the limits (btrfs-quota(5)). Every subvolume has a group of its own number, {@code 0/<number>}. They bind root, too.
 * What they say is in {@code /sys/fs/btrfs/<file system>/qgroups} (Linux 5.9).
 */
public final class QuotaGroups {
    private static final Path KNOWN = Path.of("/sys/fs/btrfs");
    private static final long ENABLE = 1; // BTRFS_QUOTA_CTL_ENABLE
    private static final long MAX_REFERENCED = 1; // BTRFS_QGROUP_LIMIT_MAX_RFER
    private static final int FILE_SYSTEM_INFO = 1024;
    private static final int UUID_AT = 16;
    private static final int UUID_BYTES = 16;
    private final BtrfsCalls calls;
    private final Subvolumes subvolumes;

    public QuotaGroups(SystemCalls system) {
        calls = new BtrfsCalls(system);
        subvolumes = new Subvolumes(system);
    }

    /** What a subvolume holds, and may hold at most; 0 for no limit. */
    public record Group(long bytes, long limit) {}

    /** Lets the file system count, unless it does. What was there before is counted when this returns, which takes its time on a large one. */
    public void count(Path anywhere) throws IOException {
        Path groups = groups(anywhere);
        boolean counts = Files.isDirectory(groups);
        if (!counts) {
            calls.control(anywhere.toString(), BtrfsCalls.QUOTA_CTL, structure(16).putLong(0, ENABLE));
        }
        if (!counts || text(groups.resolve("inconsistent")).equals("1")) {
            recount(anywhere);
        }
    }

    private void recount(Path anywhere) {
        try {
            calls.control(anywhere.toString(), BtrfsCalls.QUOTA_RESCAN, structure(64));
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.EINPROGRESS) {
                throw e;
            }
        }
        calls.control(anywhere.toString(), BtrfsCalls.QUOTA_RESCAN_WAIT, structure(0));
    }

    /** What more is written to the subvolume fails with EDQUOT; 0 for no limit. */
    public void limit(Path subvolume, long bytes) {
        ByteBuffer limit = structure(48).putLong(0, subvolumes.number(subvolume)).putLong(8, MAX_REFERENCED).putLong(16, bytes == 0 ? -1 : bytes);
        calls.control(subvolume.toString(), BtrfsCalls.QGROUP_LIMIT, limit);
    }

    /** As of the file system's latest commit. */
    public Group of(Path subvolume) throws IOException {
        Path group = groups(subvolume).resolve("0_" + subvolumes.number(subvolume));
        return new Group(Long.parseLong(text(group.resolve("referenced"))), Long.parseLong(text(group.resolve("max_referenced"))));
    }

    /** The numbers of all subvolumes that are counted, or were and are gone; none if nothing is counted. */
    public List<Long> all(Path anywhere) throws IOException {
        List<Long> numbers = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(groups(anywhere), "0_*")) {
            found.forEach(group -> numbers.add(Long.parseLong(group.getFileName().toString().substring(2))));
        } catch (NoSuchFileException e) {
            return numbers;
        }
        return numbers;
    }

    /**
     * Removes groups whose subvolumes are gone, of which Linux before 6.11 keeps a memory for ever. One that isn't cleaned up after yet stays: to the next time,
     * or to the kernel.
     */
    public void forgetTheGone(Path anywhere) throws IOException {
        for (long number : all(anywhere)) {
            if (!subvolumes.exists(anywhere, number)) {
                remove(anywhere, number);
            }
        }
    }

    private void remove(Path anywhere, long number) {
        try {
            calls.control(anywhere.toString(), BtrfsCalls.QGROUP_CREATE, structure(16).putLong(8, number)); // with create = 0
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.EBUSY) {
                throw e;
            }
        }
    }

    private Path groups(Path anywhere) {
        byte[] info = calls.control(anywhere.toString(), BtrfsCalls.FS_INFO, structure(FILE_SYSTEM_INFO)).array();
        StringBuilder uuid = new StringBuilder();
        for (int i = 0; i < UUID_BYTES; i++) {
            uuid.append(i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "").append("%02x".formatted(info[UUID_AT + i]));
        }
        return KNOWN.resolve(uuid.toString()).resolve("qgroups");
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file).strip();
    }
}
