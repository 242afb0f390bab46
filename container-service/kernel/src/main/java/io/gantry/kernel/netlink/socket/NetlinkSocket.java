package io.gantry.kernel.netlink.socket;

import com.sun.jna.LastErrorException;
import io.gantry.kernel.netlink.wire.NetlinkHeader;
import io.gantry.kernel.netlink.wire.NetlinkMessage;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.SyscallFailure;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A netlink socket: one request at a time, each answered before the next. Safe for several threads. */
public final class NetlinkSocket implements AutoCloseable {
    private static final int RECEIVE_SIZE = 1 << 16;
    private static final int RECEIVE_BUFFER = 1 << 20;
    private static final long DEADLINE_SECONDS = 10;
    private static final int DUMP_ATTEMPTS = 20;
    private static final int ERROR_BODY = 4;

    private final int fd;
    /** Outside of the heap: an array would be copied to and fro for each answer, most of which are a few bytes. */
    private final ByteBuffer received = ByteBuffer.allocateDirect(RECEIVE_SIZE);
    private int sequence;
    private boolean closed;

    private NetlinkSocket(int fd) {
        this.fd = fd;
    }

    /** Whom one talks to. */
    public enum Protocol {
        ROUTE(LibCSockets.NETLINK_ROUTE),
        SOCK_DIAG(LibCSockets.NETLINK_SOCK_DIAG),
        NETFILTER(LibCSockets.NETLINK_NETFILTER);

        private final int number;

        Protocol(int number) {
            this.number = number;
        }
    }

    /** Opens it inside {@code namespace}. */
    public static NetlinkSocket open(NetworkNamespace namespace, Protocol protocol) {
        return namespace.call(() -> openHere(protocol));
    }

    private static NetlinkSocket openHere(Protocol protocol) {
        int fd;
        try {
            fd =
                    LibCSockets.socket(
                            LibCSockets.AF_NETLINK, LibCSockets.SOCK_RAW | LibCSockets.SOCK_CLOEXEC, protocol.number);
        } catch (LastErrorException e) {
            throw new SyscallFailure("socket", "NETLINK_" + protocol, e.getErrorCode());
        }
        option(fd, LibCSockets.SOL_NETLINK, LibCSockets.NETLINK_EXT_ACK, number(1));
        option(fd, LibCSockets.SOL_NETLINK, LibCSockets.NETLINK_CAP_ACK, number(1));
        option(fd, LibCSockets.SOL_SOCKET, LibCSockets.SO_RCVBUF, number(RECEIVE_BUFFER));
        ByteBuffer deadline = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder()).putLong(DEADLINE_SECONDS);
        option(fd, LibCSockets.SOL_SOCKET, LibCSockets.SO_RCVTIMEO, deadline.array());
        return new NetlinkSocket(fd);
    }

    /**
     * Sends one message and waits for its acknowledgement.
     *
     * @param operation what it is, for the failure's text
     * @throws NetlinkFailure when the kernel refuses
     */
    public void request(String operation, byte[] message) {
        requests(new Request(operation, message));
    }

    /** @param operation what it is, for the failure's text */
    public record Request(String operation, byte[] message) {}

    /**
     * Sends several messages at once, which the kernel carries out in their order, and waits for the acknowledgement of each.
     *
     * @throws NetlinkFailure when the kernel refuses one, of the first such; those behind it were tried nevertheless
     */
    public synchronized void requests(Request... all) {
        int first = sequence + 1;
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (Request one : all) {
            joined.writeBytes(numbered(one.message(), NetlinkHeader.NLM_F_REQUEST | NetlinkHeader.NLM_F_ACK));
        }
        send(joined.toByteArray());
        NetlinkMessage[] answers = new NetlinkMessage[all.length];
        for (int missing = all.length; missing > 0; ) {
            for (NetlinkMessage answer : receive(all[0].operation())) {
                int at = answer.sequence() - first;
                if (answer.type() == NetlinkHeader.NLMSG_ERROR && at >= 0 && at < all.length) {
                    answers[at] = answer;
                    missing--;
                }
            }
        }
        for (int at = 0; at < all.length; at++) {
            check(all[at].operation(), answers[at]);
        }
    }

    /**
     * One object.
     *
     * @throws NetlinkFailure when the kernel refuses, ENODEV for a link that isn't there
     */
    public synchronized NetlinkMessage get(String operation, byte[] message) {
        send(numbered(message, NetlinkHeader.NLM_F_REQUEST));
        while (true) {
            for (NetlinkMessage answer : receive(operation)) {
                if (answer.sequence() == sequence) {
                    if (answer.type() != NetlinkHeader.NLMSG_ERROR) {
                        return answer;
                    }
                    check(operation, answer);
                }
            }
        }
    }

    /** All objects of a kind. Asked again when they changed while they were listed. */
    public synchronized List<NetlinkMessage> dump(String operation, byte[] message) {
        for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
            Optional<List<NetlinkMessage>> all = dumpOnce(operation, message);
            if (all.isPresent()) {
                return all.get();
            }
        }
        throw new IllegalStateException(operation + ": changed " + DUMP_ATTEMPTS + " times while it was read");
    }

    private Optional<List<NetlinkMessage>> dumpOnce(String operation, byte[] message) {
        send(numbered(message, NetlinkHeader.NLM_F_REQUEST | NetlinkHeader.NLM_F_DUMP));
        List<NetlinkMessage> all = new ArrayList<>();
        boolean interrupted = false;
        while (true) {
            for (NetlinkMessage answer : receive(operation)) {
                if (answer.sequence() != sequence) {
                    continue;
                }
                interrupted |= (answer.flags() & NetlinkHeader.NLM_F_DUMP_INTR) != 0;
                switch (answer.type()) {
                    case NetlinkHeader.NLMSG_DONE -> {
                        check(operation, answer);
                        return interrupted ? Optional.empty() : Optional.of(all);
                    }
                    case NetlinkHeader.NLMSG_ERROR -> check(operation, answer);
                    default -> all.add(answer);
                }
            }
        }
    }

    private static void check(String operation, NetlinkMessage answer) {
        int error = answer.body().limit() >= ERROR_BODY ? -answer.body().getInt(0) : 0;
        if (error > 0) {
            throw new NetlinkFailure(operation, error, explanation(answer));
        }
    }

    private static String explanation(NetlinkMessage answer) {
        boolean capped = (answer.flags() & NetlinkHeader.NLM_F_CAPPED) != 0;
        if (!capped || (answer.flags() & NetlinkHeader.NLM_F_ACK_TLVS) == 0) {
            return "";
        }
        return answer.attributes(ERROR_BODY + NetlinkHeader.MESSAGE_HEADER).text(NetlinkHeader.NLMSGERR_ATTR_MSG).orElse("");
    }

    private byte[] numbered(byte[] message, int flags) {
        ByteBuffer header = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
        header.putShort(6, (short) (header.getShort(6) | flags));
        header.putInt(8, ++sequence);
        return message;
    }

    private void send(byte[] message) {
        if (closed) {
            throw new IllegalStateException("the netlink socket is closed");
        }
        try {
            LibCSockets.send(fd, message, message.length, 0);
        } catch (LastErrorException e) {
            throw new SyscallFailure("send", "netlink", e.getErrorCode());
        }
    }

    private List<NetlinkMessage> receive(String operation) {
        while (true) {
            try {
                byte[] datagram = new byte[(int) LibCSockets.recv(fd, received, RECEIVE_SIZE, 0)];
                received.get(0, datagram);
                return NetlinkMessage.parse(datagram, datagram.length);
            } catch (LastErrorException e) {
                if (e.getErrorCode() != Errno.EINTR) {
                    throw new SyscallFailure("recv", operation, e.getErrorCode());
                }
            }
        }
    }

    private static void option(int fd, int level, int name, byte[] value) {
        try {
            LibCSockets.setsockopt(fd, level, name, value, value.length);
        } catch (LastErrorException e) {
            LibCSockets.close(fd);
            throw new SyscallFailure("setsockopt", "netlink option " + name, e.getErrorCode());
        }
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LibCSockets.close(fd);
        }
    }
}
