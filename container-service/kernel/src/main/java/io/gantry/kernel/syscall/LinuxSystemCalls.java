package io.gantry.kernel.syscall;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The real ones. Thread-safe; no call here changes the calling thread's namespaces or identity. */
public final class LinuxSystemCalls implements SystemCalls {
    private static final int POINTER = 8;
    private static final int CONTROL_HEADER = 16;
    /** Of {@code struct pollfd}: descriptor, what is wanted, what there is. */
    private static final int POLL_FD = 8;

    private static long call(String name, String subject, LongSupplier body) {
        while (true) {
            try {
                return body.getAsLong();
            } catch (LastErrorException e) {
                if (e.getErrorCode() != Errno.EINTR) {
                    throw new SyscallFailure(name, subject, e.getErrorCode());
                }
            }
        }
    }

    private static Fd fd(String name, String subject, LongSupplier body) {
        return new Fd((int) call(name, subject, body), LinuxSystemCalls::close);
    }

    private static void close(int number) {
        try {
            LibC.close(number);
        } catch (LastErrorException e) {
            // The descriptor is gone whatever close(2) answers; there is nothing to undo.
            return;
        }
    }

    @Override
    public Fd open(String path, int flags, int mode) {
        return fd("open", path, () -> LibC.open(path, flags | O_CLOEXEC, mode));
    }

    @Override
    public Fd openAt(Fd folder, String path, int flags, int mode) {
        return fd("openat", path, () -> LibC.openat(folder.number(), path, flags | O_CLOEXEC, mode));
    }

    @Override
    public Fd openInRoot(Fd root, String path, int flags) {
        byte[] how = structure(24).putLong(flags | O_CLOEXEC).putLong(0).putLong(RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS).array();
        return fd("openat2", path, () -> LibC.syscall(SYS_OPENAT2, root.number(), path, how, (long) how.length));
    }

    @Override
    public byte[] read(Fd file, int size) {
        byte[] data = new byte[size];
        int got = 0;
        while (got < size) {
            int from = got;
            byte[] piece = readAt(file, size - got, from);
            if (piece.length == 0) {
                break;
            }
            System.arraycopy(piece, 0, data, got, piece.length);
            got += piece.length;
        }
        return Arrays.copyOf(data, got);
    }

    @Override
    public byte[] readAt(Fd file, int size, long offset) {
        byte[] data = new byte[size];
        int got = (int) call("pread", "", () -> LibC.pread(file.number(), data, size, offset));
        return got == size ? data : Arrays.copyOf(data, got);
    }

    @Override
    public void write(Fd file, byte[] data) {
        byte[] rest = data;
        while (rest.length > 0) {
            byte[] now = rest;
            int put = (int) call("write", "", () -> LibC.write(file.number(), now, now.length));
            rest = put == rest.length ? new byte[0] : Arrays.copyOfRange(rest, put, rest.length);
        }
    }

    @Override
    public void makeFolder(String path, int mode) {
        call("mkdir", path, () -> LibC.mkdir(path, mode));
    }

    @Override
    public boolean removeFolder(String path) {
        try {
            call("rmdir", path, () -> LibC.rmdir(path));
            return true;
        } catch (SyscallFailure e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void makeFolderAt(Fd folder, String name, int mode, int owner) {
        call("mkdirat", name, () -> LibC.mkdirat(folder.number(), name, mode));
        own(folder, name, owner);
        call("fchmodat", name, () -> LibC.fchmodat(folder.number(), name, mode, 0));
    }

    @Override
    public void makeDeviceAt(Fd folder, String name, int mode, int major, int minor, int owner) {
        // sys/sysmacros.h
        long device = (major & 0xfffL) << 8 | minor & 0xffL | (minor & 0xfff00L) << 12;
        call("mknodat", name, () -> LibC.mknodat(folder.number(), name, S_IFCHR | mode, device));
        own(folder, name, owner);
        call("fchmodat", name, () -> LibC.fchmodat(folder.number(), name, mode, 0));
    }

    @Override
    public void makeLinkAt(Fd folder, String name, String target, int owner) {
        call("symlinkat", name, () -> LibC.symlinkat(target, folder.number(), name));
        own(folder, name, owner);
    }

    private static void own(Fd folder, String name, int owner) {
        call("fchownat", name, () -> LibC.fchownat(folder.number(), name, owner, owner, AT_SYMLINK_NOFOLLOW));
    }

    @Override
    public void removeFileAt(Fd folder, String name) {
        call("unlinkat", name, () -> LibC.unlinkat(folder.number(), name, 0));
    }

    @Override
    public Fd memoryFile(String name, byte[] content, boolean sealed) {
        Fd file = fd("memfd_create", name, () -> LibC.memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
        write(file, content);
        if (sealed) {
            call("fcntl(F_ADD_SEALS)", name, () -> LibC.fcntl(file.number(), F_ADD_SEALS, SEAL_ALL));
        }
        return file;
    }

    @Override
    public Fd fsOpen(String type) {
        return fd("fsopen", type, () -> LibC.syscall(SYS_FSOPEN, type, FSOPEN_CLOEXEC));
    }

    @Override
    public void fsSet(Fd context, String key, String value) {
        configure(context, FSCONFIG_SET_STRING, key, value);
    }

    @Override
    public void fsFlag(Fd context, String key) {
        configure(context, FSCONFIG_SET_FLAG, key, null);
    }

    /** The kernel explains a refusal in the context's own log, which is read from it line by line. */
    private void configure(Fd context, int command, String key, String value) {
        try {
            call("fsconfig", key == null ? "create" : key, () -> LibC.syscall(SYS_FSCONFIG, context.number(), command, key, value, 0));
        } catch (SyscallFailure e) {
            throw new SyscallFailure(e.call(), e.subject() + explanation(context), e.errno());
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
    public Fd fsMount(Fd context, int attributes) {
        try (context) {
            configure(context, FSCONFIG_CMD_CREATE, null, null);
            return fd("fsmount", "", () -> LibC.syscall(SYS_FSMOUNT, context.number(), FSMOUNT_CLOEXEC, attributes));
        }
    }

    @Override
    public Fd cloneTree(String path) {
        return fd("open_tree", path, () -> LibC.syscall(SYS_OPEN_TREE, AT_FDCWD, path, OPEN_TREE_CLONE | O_CLOEXEC));
    }

    @Override
    public void attach(Fd mount, String path) {
        call("move_mount", path, () -> LibC.syscall(SYS_MOVE_MOUNT, mount.number(), "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH));
    }

    /** A platform thread, which ends afterwards: no other code ever finds itself there. */
    @Override
    public <T> T amongOwnMounts(Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(() -> {
            call("unshare", "CLONE_NEWNS", () -> LibC.unshare((int) CLONE_NEWNS));
            call("mount", "/ MS_PRIVATE", () -> LibC.mount(null, "/", null, MS_REC | MS_PRIVATE, null));
            return work.get();
        });
        Thread.ofPlatform().name("own mounts").start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException broken -> throw broken;
                case Error error -> throw error;
                default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted among its own mounts", e);
        }
    }

    @Override
    public void mapOwners(Fd mount, Fd userNamespace, int attributes) {
        byte[] change =
                structure(32).putLong(MOUNT_ATTR_IDMAP | attributes).putLong(0).putLong(0).putLong(userNamespace.number()).array();
        call(
                "mount_setattr",
                "",
                () -> LibC.syscall(SYS_MOUNT_SETATTR, mount.number(), "", AT_EMPTY_PATH, change, (long) change.length));
    }

    @Override
    public void setMount(Fd mount, int attributes) {
        byte[] change = structure(32).putLong(attributes).putLong(0).putLong(0).putLong(0).array();
        call("mount_setattr", "", () -> LibC.syscall(SYS_MOUNT_SETATTR, mount.number(), "", AT_EMPTY_PATH, change, (long) change.length));
    }

    @Override
    public Fd cloneAll(Fd folder) {
        return fd("open_tree", "", () -> LibC.syscall(SYS_OPEN_TREE, folder.number(), "", OPEN_TREE_CLONE | O_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE));
    }

    @Override
    public void mapAllOwners(Fd mount, Fd userNamespace, int attributes, long propagation) {
        byte[] change =
                structure(32).putLong(MOUNT_ATTR_IDMAP | attributes).putLong(0).putLong(propagation).putLong(userNamespace.number()).array();
        call(
                "mount_setattr",
                "",
                () -> LibC.syscall(SYS_MOUNT_SETATTR, mount.number(), "", AT_EMPTY_PATH | AT_RECURSIVE, change, (long) change.length));
    }

    @Override
    public void changeMount(Fd mount, long set, long clear, long propagation, boolean all) {
        byte[] change = structure(32).putLong(set).putLong(clear).putLong(propagation).putLong(0).array();
        int flags = AT_EMPTY_PATH | (all ? AT_RECURSIVE : 0);
        call("mount_setattr", "", () -> LibC.syscall(SYS_MOUNT_SETATTR, mount.number(), "", flags, change, (long) change.length));
    }

    @Override
    public Fd listen(String path) {
        try (Fd folder = open(folderOf(path), O_PATH | O_DIRECTORY, 0)) {
            Fd socket = fd("socket", path, () -> LibC.socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
            byte[] address = address(folder, path);
            call("bind", path, () -> LibC.bind(socket.number(), address, address.length));
            call("listen", path, () -> LibC.listen(socket.number(), 1));
            return socket;
        }
    }

    @Override
    public Fd dial(String path, boolean stream) {
        try (Fd folder = open(folderOf(path), O_PATH | O_DIRECTORY, 0)) {
            Fd socket = fd("socket", path, () -> LibC.socket(AF_UNIX, (stream ? SOCK_STREAM : SOCK_SEQPACKET) | SOCK_CLOEXEC, 0));
            byte[] address = address(folder, path);
            try {
                call("connect", path, () -> LibC.connect(socket.number(), address, address.length));
                return socket;
            } catch (RuntimeException e) {
                socket.close();
                throw e;
            }
        }
    }

    private static String folderOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "." : slash == 0 ? "/" : path.substring(0, slash);
    }

    /** {@code struct sockaddr_un}, which has room for 107 bytes: by the folder's descriptor, so that only the last name counts. */
    private static byte[] address(Fd folder, String path) {
        byte[] name = (folder.path() + "/" + path.substring(path.lastIndexOf('/') + 1)).getBytes(StandardCharsets.UTF_8);
        if (name.length > 107) {
            throw new SyscallFailure("bind", path, Errno.ENAMETOOLONG);
        }
        return structure(2 + name.length + 1).putShort((short) AF_UNIX).put(name).put((byte) 0).array();
    }

    @Override
    public Fd standard(int number) {
        return new Fd(number, _ -> {});
    }

    @Override
    public void adoptOrphans() {
        call("prctl", "PR_SET_CHILD_SUBREAPER", () -> LibC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
    }

    @Override
    public Pair socketPair() {
        int[] pair = new int[2];
        call("socketpair", "", () -> LibC.socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair));
        return new Pair(new Fd(pair[0], LinuxSystemCalls::close), new Fd(pair[1], LinuxSystemCalls::close));
    }

    @Override
    public void send(Fd socket, byte[] message, List<Fd> fds) {
        int controlSize = fds.isEmpty() ? 0 : CONTROL_HEADER + align(4 * fds.size());
        try (Memory memory = new Memory(message.length + 80 + controlSize)) {
            Pointer header = messageHeader(memory, message.length, controlSize);
            memory.write(0, message, 0, message.length);
            if (controlSize > 0) {
                Pointer control = header.share(72);
                control.setLong(0, CONTROL_HEADER + 4L * fds.size());
                control.setInt(8, SOL_SOCKET);
                control.setInt(12, SCM_RIGHTS);
                for (int i = 0; i < fds.size(); i++) {
                    control.setInt(CONTROL_HEADER + 4L * i, fds.get(i).number());
                }
            }
            call("sendmsg", "", () -> LibC.sendmsg(socket.number(), header, MSG_NOSIGNAL));
        }
    }

    @Override
    public Optional<byte[]> receive(Fd socket, int size) {
        try (Memory memory = new Memory(size + 80)) {
            Pointer header = messageHeader(memory, size, 0);
            int got = (int) call("recvmsg", "", () -> LibC.recvmsg(socket.number(), header, MSG_CMSG_CLOEXEC));
            return got == 0 ? Optional.empty() : Optional.of(memory.getByteArray(0, got));
        }
    }

    /** {@code struct msghdr} behind {@code size} bytes of data, with one iovec and room for control data behind it. */
    private static Pointer messageHeader(Memory memory, int size, int controlSize) {
        int at = align(size);
        memory.clear();
        Pointer header = memory.share(at);
        header.setPointer(2 * POINTER, header.share(56));
        header.setLong(3 * POINTER, 1);
        if (controlSize > 0) {
            header.setPointer(4 * POINTER, header.share(72));
            header.setLong(5 * POINTER, controlSize);
        }
        header.setPointer(56, memory);
        header.setLong(64, size);
        return header;
    }

    private static int align(int size) {
        return size + 7 & ~7;
    }

    @Override
    public int spawn(Fd program, List<String> arguments, List<Fd> fds) {
        int[] pid = new int[1];
        try (Memory actions = new Memory(128);
                Fd nothing = open("/dev/null", O_RDWR, 0)) {
            LibC.posix_spawn_file_actions_init(actions);
            for (int i = 0; i < 3; i++) {
                LibC.posix_spawn_file_actions_adddup2(actions, nothing.number(), i);
            }
            for (int i = 0; i < fds.size(); i++) {
                LibC.posix_spawn_file_actions_adddup2(actions, fds.get(i).number(), 3 + i);
            }
            int error =
                    LibC.posix_spawn(
                            pid,
                            program.path(),
                            actions,
                            null,
                            new StringArray(arguments.toArray(String[]::new)),
                            new StringArray(new String[0]));
            LibC.posix_spawn_file_actions_destroy(actions);
            if (error != 0) {
                throw new SyscallFailure("posix_spawn", String.join(" ", arguments), error);
            }
            return pid[0];
        }
    }

    @Override
    public Optional<Integer> waitFor(int pid) {
        int[] status = new int[1];
        try {
            call("waitpid", Integer.toString(pid), () -> LibC.waitpid(pid, status, 0));
            return Optional.of(status[0]);
        } catch (SyscallFailure e) {
            if (e.errno() == Errno.ECHILD) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public boolean kill(int pid, int signal) {
        try {
            call("kill", Integer.toString(pid), () -> LibC.kill(pid, signal));
            return true;
        } catch (SyscallFailure e) {
            if (e.errno() == Errno.ESRCH) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public boolean signal(Fd process, int signal) {
        try {
            call("pidfd_send_signal", Integer.toString(signal), () -> LibC.syscall(SYS_PIDFD_SEND_SIGNAL, process.number(), signal, null, null, 0));
            return true;
        } catch (SyscallFailure e) {
            if (e.errno() == Errno.ESRCH) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public Fd pidFd(int pid) {
        return fd("pidfd_open", Integer.toString(pid), () -> LibC.syscall(SYS_PIDFD_OPEN, pid, 0, 0));
    }

    @Override
    public boolean awaitMessage(Fd socket, int timeoutMillis) {
        return poll(socket, POLLIN, timeoutMillis);
    }

    @Override
    public boolean awaitChange(Fd file, int timeoutMillis) {
        return poll(file, POLLPRI, timeoutMillis);
    }

    @Override
    public List<Fd> awaitChanges(List<Fd> files, Fd until) {
        ByteBuffer polled = structure((files.size() + 1) * POLL_FD);
        files.forEach(file -> polled.putInt(file.number()).putShort(POLLPRI).putShort((short) 0));
        polled.putInt(until.number()).putShort(POLLIN);
        byte[] request = polled.array();
        call("poll", "", () -> LibC.poll(request, files.size() + 1L, -1));
        if (flagged(polled, files.size())) {
            return List.of();
        }
        return IntStream.range(0, files.size()).filter(at -> flagged(polled, at)).mapToObj(files::get).toList();
    }

    private static boolean flagged(ByteBuffer polled, int at) {
        return polled.getShort(at * POLL_FD + POLL_FD - Short.BYTES) != 0;
    }

    /** {@code struct pollfd}. */
    private static boolean poll(Fd file, short events, int timeoutMillis) {
        byte[] request = structure(8).putInt(file.number()).putShort(events).array();
        return call("poll", "", () -> LibC.poll(request, 1, timeoutMillis)) > 0;
    }

    /** {@code union bpf_attr} of BPF_PROG_LOAD, as far as it goes to {@code expected_attach_type} (include/uapi/linux/bpf.h). */
    @Override
    public Fd loadDeviceProgram(byte[] instructions) {
        byte[] licence = "Apache-2.0\0".getBytes(StandardCharsets.US_ASCII);
        try (Memory program = new Memory(instructions.length);
                Memory name = new Memory(licence.length);
                Memory attributes = new Memory(72)) {
            program.write(0, instructions, 0, instructions.length);
            name.write(0, licence, 0, licence.length);
            attributes.clear();
            attributes.setInt(0, BPF_PROG_TYPE_CGROUP_DEVICE);
            attributes.setInt(4, instructions.length / 8);
            attributes.setPointer(8, program);
            attributes.setPointer(16, name);
            return fd("bpf(BPF_PROG_LOAD)", "devices", () -> LibC.syscall(SYS_BPF, BPF_PROG_LOAD, attributes, 72));
        }
    }

    @Override
    public void attachDeviceProgram(Fd group, Fd program) {
        try (Memory attributes = new Memory(16)) {
            attributes.setInt(0, group.number());
            attributes.setInt(4, program.number());
            attributes.setInt(8, BPF_CGROUP_DEVICE);
            attributes.setInt(12, 0);
            call("bpf(BPF_PROG_ATTACH)", "devices", () -> LibC.syscall(SYS_BPF, BPF_PROG_ATTACH, attributes, 16));
        }
    }

    @Override
    public Limits limits(int resource) {
        long[] values = new long[2];
        call("getrlimit", Integer.toString(resource), () -> LibC.getrlimit(resource, values));
        return new Limits(values[0], values[1]);
    }

    @Override
    public void ask(Known call) {
        switch (call) {
            // no arguments, of no size
            case CLONE3 -> expect(Errno.EINVAL, "clone3", () -> LibC.syscall(SYS_CLONE3, null, 0L));
            // from no folder to no folder
            case MOVE_MOUNT -> expect(Errno.EBADF, "move_mount", () -> LibC.syscall(SYS_MOVE_MOUNT, -1, "", -1, "", 0));
            case SECCOMP_ERRNO -> call("seccomp", "SECCOMP_RET_ERRNO", () -> LibC.syscall(
                    SYS_SECCOMP, SECCOMP_GET_ACTION_AVAIL, 0, structure(4).putInt(SECCOMP_RET_ERRNO).array()));
        }
    }

    /** A kernel that knows the call looks at its arguments, which are wrong. */
    private static void expect(int errno, String name, LongSupplier body) {
        try {
            call(name, "", body);
        } catch (SyscallFailure e) {
            if (e.errno() != errno && e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    private static ByteBuffer structure(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }
}
