package io.gantry.kernel.syscall;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import com.sun.jna.LastErrorException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Mounts that are nowhere, and mounts of a thread's own. */
interface LinuxMounts extends SystemCalls {
    @Override
    default Fd fsOpen(String type) {
        return Call.open("fsopen", type, () -> LibC.syscall(SYS_FSOPEN, type, FSOPEN_CLOEXEC));
    }

    @Override
    default void fsSet(Fd context, String key, String value) {
        configure(context, FSCONFIG_SET_STRING, key, value);
    }

    @Override
    default void fsFlag(Fd context, String key) {
        configure(context, FSCONFIG_SET_FLAG, key, null);
    }

    /** The kernel explains a refusal in the context's own log, which is read from it line by line. */
    private static void configure(Fd context, int command, String key, String value) {
        try {
            Call.make("fsconfig", context, () -> LibC.syscall(SYS_FSCONFIG, context.number(), command, key, value, 0));
        } catch (SyscallFailure e) {
            throw new SyscallFailure(e.call(), e.subject() + " " + (key == null ? "create" : key) + explanation(context), e.errno());
        }
    }

    private static String explanation(Fd context) {
        byte[] line = new byte[512];
        try {
            int got = (int) LibC.read(context.number(), line, line.length);
            return " (" + new String(line, 0, got, StandardCharsets.UTF_8).strip() + ")";
        } catch (LastErrorException e) {
            return "";
        }
    }

    @Override
    default Fd fsMount(Fd context, int attributes) {
        try (context) {
            configure(context, FSCONFIG_CMD_CREATE, null, null);
            return Call.open("fsmount", context, "", () -> LibC.syscall(SYS_FSMOUNT, context.number(), FSMOUNT_CLOEXEC, attributes));
        }
    }

    @Override
    default Fd cloneTree(String path) {
        return Call.open("open_tree", path, () -> LibC.syscall(SYS_OPEN_TREE, AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC));
    }

    @Override
    default Fd cloneAll(Fd folder) {
        return Call.open("open_tree", folder, "", () -> LibC.syscall(SYS_OPEN_TREE, folder.number(), "", OPEN_TREE_CLONE | O_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE));
    }

    @Override
    default void attach(Fd mount, String path) {
        Call.make("move_mount", path, () -> LibC.syscall(SYS_MOVE_MOUNT, mount.number(), "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH));
    }

    @Override
    default void detach(String path) {
        Call.make("umount2", path, () -> LibC.umount2(path, MNT_DETACH));
    }

    @Override
    default <T> T amongOwnMounts(Supplier<T> work) {
        return Call.aside("own mounts", () -> {
            Call.make("unshare", "CLONE_NEWNS", () -> LibC.unshare((int) CLONE_NEWNS));
            Call.make("mount", "/ MS_PRIVATE", () -> LibC.mount(null, "/", null, MS_REC | MS_PRIVATE, null));
            return work.get();
        });
    }

    @Override
    default void setMount(Fd mount, int attributes) {
        setAttributes(mount, 0, attributes, 0, 0, 0);
    }

    @Override
    default void changeMount(Fd mount, long set, long clear, long propagation, boolean all) {
        setAttributes(mount, all ? AT_RECURSIVE : 0, set, clear, propagation, 0);
    }

    @Override
    default void mapOwners(Fd mount, Fd userNamespace, int attributes) {
        setAttributes(mount, 0, MOUNT_ATTR_IDMAP | attributes, 0, 0, userNamespace.number());
    }

    @Override
    default void mapAllOwners(Fd mount, Fd userNamespace, int attributes, long propagation) {
        setAttributes(mount, AT_RECURSIVE, MOUNT_ATTR_IDMAP | attributes, 0, propagation, userNamespace.number());
    }

    /** {@code struct mount_attr}, linux/mount.h; the user namespace counts only with MOUNT_ATTR_IDMAP. */
    private static void setAttributes(Fd mount, int flags, long set, long clear, long propagation, int userNamespace) {
        byte[] change = Call.structure(32).putLong(set).putLong(clear).putLong(propagation).putLong(userNamespace).array();
        Call.make(
                "mount_setattr", mount,
                () -> LibC.syscall(SYS_MOUNT_SETATTR, mount.number(), "", AT_EMPTY_PATH | flags, change, (long) change.length));
    }
}
