package io.gantry.kernel.syscall;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Unix sockets, and messages with descriptors. */
interface LinuxSockets extends SystemCalls {
    int POINTER = 8;
    int CONTROL_HEADER = 16;
    String PAIR = "a pair of sockets";

    @Override
    default Fd listen(String path) {
        return at(path, SOCK_SEQPACKET, (socket, address) -> {
            Call.make("bind", path, () -> LibC.bind(socket.number(), address, address.length));
            Call.make("listen", path, () -> LibC.listen(socket.number(), 1));
        });
    }

    @Override
    default Fd dial(String path, boolean stream) {
        return at(path, stream ? SOCK_STREAM : SOCK_SEQPACKET, (socket, address) ->
                Call.make("connect", path, () -> LibC.connect(socket.number(), address, address.length)));
    }

    private Fd at(String path, int type, BiConsumer<Fd, byte[]> work) {
        try (Fd folder = open(folderOf(path), O_PATH | O_DIRECTORY, 0)) {
            byte[] address = address(folder, path);
            try (Opened opened = new Opened()) {
                Fd socket = opened.add(Call.open("socket", path, () -> LibC.socket(AF_UNIX, type | SOCK_CLOEXEC, 0)));
                work.accept(socket, address);
                opened.keep();
                return socket;
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
        return Call.structure(2 + name.length + 1).putShort((short) AF_UNIX).put(name).put((byte) 0).array();
    }

    @Override
    default Pair socketPair() {
        int[] pair = new int[2];
        Call.make("socketpair", PAIR, () -> LibC.socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair));
        return new Pair(new Fd(pair[0], null, PAIR, Call::close), new Fd(pair[1], null, PAIR, Call::close));
    }

    @Override
    default void send(Fd socket, byte[] message, List<Fd> fds) {
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
            Call.make("sendmsg", socket, () -> LibC.sendmsg(socket.number(), header, MSG_NOSIGNAL));
        }
    }

    @Override
    default Optional<byte[]> receive(Fd socket, int size) {
        try (Memory memory = new Memory(size + 80)) {
            Pointer header = messageHeader(memory, size, 0);
            int got = (int) Call.make("recvmsg", socket, () -> LibC.recvmsg(socket.number(), header, MSG_CMSG_CLOEXEC));
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
    default boolean awaitMessage(Fd socket, int timeoutMillis) {
        return Call.poll(socket, POLLIN, timeoutMillis);
    }
}
