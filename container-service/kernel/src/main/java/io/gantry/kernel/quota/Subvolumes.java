package io.gantry.kernel.quota;

import static io.gantry.kernel.quota.BtrfsCalls.structure;

import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Folders that are trees of their own in btrfs: each is counted by itself, and goes in one call. */
public final class Subvolumes {
    /** The inode of every subvolume's own folder, BTRFS_FIRST_FREE_OBJECTID. */
    private static final long TOP = 256;

    /** {@code struct btrfs_ioctl_vol_args}: a descriptor, and a name with its terminating zero. */
    private static final int ARGUMENTS = 4096;

    private static final int NAME_AT = 8;

    /** {@code struct btrfs_ioctl_ino_lookup_args}: tree, inode, name. */
    private static final int LOOKUP = 4096;

    // struct btrfs_ioctl_search_args
    private static final int SEARCH = 4096;
    private static final int FOUND_AT = 64;
    private static final int ITEM_AT = 104 + 32;
    private static final long ROOT_TREE = 1;
    private static final int ROOT_ITEM = 132;

    /** In {@code struct btrfs_root_item}: 0 in one that is gone and not yet cleaned up after. */
    private static final int REFERENCES_AT = 216;

    private final SystemCalls system;
    private final BtrfsCalls calls;

    public Subvolumes(SystemCalls system) {
        this.system = system;
        calls = new BtrfsCalls(system);
    }

    /** Whether the folder is one, or the top of a whole file system. */
    public boolean is(Path folder) throws IOException {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && ((Number) Files.getAttribute(folder, "unix:ino")).longValue() == TOP
                && system.fileSystem(folder.toString()) == LinuxHeader.BTRFS_SUPER_MAGIC;
    }

    /** Where nothing is. */
    public void make(Path folder) {
        calls.control(folder.getParent().toString(), BtrfsCalls.SUBVOL_CREATE, named(folder));
    }

    /** With all that is in it. False if there are subvolumes in it, which keep it from going. */
    public boolean destroy(Path folder) {
        try {
            calls.control(folder.getParent().toString(), BtrfsCalls.SNAP_DESTROY, named(folder));
            return true;
        } catch (SyscallFailure e) {
            if (e.errno() == Errno.ENOTEMPTY) {
                return false;
            }
            throw e;
        }
    }

    private static ByteBuffer named(Path folder) {
        byte[] name = folder.getFileName().toString().getBytes(StandardCharsets.UTF_8);
        return structure(ARGUMENTS).put(NAME_AT, name);
    }

    /** The number of the subvolume that a folder is in. Numbers are never given away twice. */
    long number(Path folder) {
        ByteBuffer lookup = structure(LOOKUP).putLong(8, TOP);
        return calls.control(folder.toString(), BtrfsCalls.INO_LOOKUP, lookup).getLong(0);
    }

    /**
     * Whether somebody can still get at that subvolume.
     *
     * @param anywhere on the file system
     */
    boolean exists(Path anywhere, long number) {
        ByteBuffer key = structure(SEARCH);
        key.putLong(ROOT_TREE).putLong(number).putLong(number).putLong(0).putLong(-1).putLong(0).putLong(-1);
        key.putInt(ROOT_ITEM).putInt(ROOT_ITEM).putInt(1);
        ByteBuffer answer = calls.control(anywhere.toString(), BtrfsCalls.TREE_SEARCH, key);
        return answer.getInt(FOUND_AT) > 0 && answer.getInt(ITEM_AT + REFERENCES_AT) > 0;
    }
}
