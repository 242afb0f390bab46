package io.gantry.kernel.syscall;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Files and folders. */
interface LinuxFiles extends SystemCalls {
    /** Size of {@code struct pollfd}: descriptor, what is wanted, what there is. */
    int POLL_FD = 8;
    List<String> STANDARD = List.of("standard input", "standard output", "standard error");

    @Override
    default Fd open(String path, int flags, int mode) {
        return Call.open("open", path, () -> LibC.open(path, flags | O_CLOEXEC, mode));
    }

    @Override
    default Fd openAt(Fd folder, String path, int flags, int mode) {
        return Call.open("openat", folder, path, () -> LibC.openat(folder.number(), path, flags | O_CLOEXEC, mode));
    }

    @Override
    default Fd openInRoot(Fd root, String path, int flags) {
        return Call.open("openat2", root, path, () -> InRoot.open(root.number(), path, flags));
    }

    @Override
    default byte[] read(Fd file, int size) {
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
    default byte[] readAt(Fd file, int size, long offset) {
        byte[] data = new byte[size];
        int got = (int) Call.make("pread", file, () -> LibC.pread(file.number(), data, size, offset));
        return got == size ? data : Arrays.copyOf(data, got);
    }

    @Override
    default void write(Fd file, byte[] data) {
        byte[] rest = data;
        while (rest.length > 0) {
            byte[] now = rest;
            int put = (int) Call.make("write", file, () -> LibC.write(file.number(), now, now.length));
            rest = put == rest.length ? new byte[0] : Arrays.copyOfRange(rest, put, rest.length);
        }
    }

    @Override
    default void makeFolder(String path, int mode) {
        Call.make("mkdir", path, () -> LibC.mkdir(path, mode));
    }

    @Override
    default boolean removeFolder(String path) {
        try {
            Call.make("rmdir", path, () -> LibC.rmdir(path));
            return true;
        } catch (SyscallFailure e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    @Override
    default void makeFolderAt(Fd folder, String name, int mode, int owner) {
        Call.make("mkdirat", folder, name, () -> LibC.mkdirat(folder.number(), name, mode));
        own(folder, name, owner);
        Call.make("fchmodat", folder, name, () -> LibC.fchmodat(folder.number(), name, mode, 0));
    }

    @Override
    default void makeDeviceAt(Fd folder, String name, int mode, int major, int minor, int owner) {
        long device = new DeviceNumber(major, minor).packed();
        Call.make("mknodat", folder, name, () -> LibC.mknodat(folder.number(), name, S_IFCHR | mode, device));
        own(folder, name, owner);
        Call.make("fchmodat", folder, name, () -> LibC.fchmodat(folder.number(), name, mode, 0));
    }

    @Override
    default void makeLinkAt(Fd folder, String name, String target, int owner) {
        Call.make("symlinkat", folder, name, () -> LibC.symlinkat(target, folder.number(), name));
        own(folder, name, owner);
    }

    private static void own(Fd folder, String name, int owner) {
        Call.make("fchownat", folder, name, () -> LibC.fchownat(folder.number(), name, owner, owner, AT_SYMLINK_NOFOLLOW));
    }

    @Override
    default void removeFileAt(Fd folder, String name) {
        Call.make("unlinkat", folder, name, () -> LibC.unlinkat(folder.number(), name, 0));
    }

    @Override
    default Fd memoryFile(String name, byte[] content, boolean sealed) {
        try (Opened opened = new Opened()) {
            Fd file = opened.add(Call.open("memfd_create", name, () -> LibC.memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING)));
            write(file, content);
            if (sealed) {
                Call.make("fcntl(F_ADD_SEALS)", file, () -> LibC.fcntl(file.number(), F_ADD_SEALS, SEAL_ALL));
            }
            opened.keep();
            return file;
        }
    }

    @Override
    default Fd standard(int number) {
        return new Fd(number, null, STANDARD.get(number), _ -> {});
    }

    @Override
    default boolean awaitChange(Fd file, int timeoutMillis) {
        return Call.poll(file, POLLPRI, timeoutMillis);
    }

    @Override
    default List<Fd> awaitChanges(List<Fd> files, Fd until) {
        ByteBuffer polled = Call.structure((files.size() + 1) * POLL_FD);
        files.forEach(file -> polled.putInt(file.number()).putShort(POLLPRI).putShort((short) 0));
        polled.putInt(until.number()).putShort(POLLIN);
        byte[] request = polled.array();
        Call.make("poll", "", () -> LibC.poll(request, files.size() + 1L, -1));
        if (flagged(polled, files.size())) {
            return List.of();
        }
        return IntStream.range(0, files.size()).filter(at -> flagged(polled, at)).mapToObj(files::get).toList();
    }

    private static boolean flagged(ByteBuffer polled, int at) {
        return polled.getShort(at * POLL_FD + POLL_FD - Short.BYTES) != 0;
    }
}
