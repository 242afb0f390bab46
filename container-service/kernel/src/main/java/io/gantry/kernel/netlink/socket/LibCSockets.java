package io.gantry.kernel.netlink.socket;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.nio.ByteBuffer;

/** The C library's functions for sockets and namespaces, bound directly; numbers from sys/socket.h and linux/netlink.h. */
final class LibCSockets {
    static final int AF_NETLINK = 16;
    static final int SOCK_RAW = 3;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int NETLINK_ROUTE = 0;
    static final int NETLINK_SOCK_DIAG = 4;
    static final int NETLINK_NETFILTER = 12;
    static final int SOL_SOCKET = 1;
    static final int SO_RCVBUF = 8;
    static final int SO_RCVTIMEO = 20;
    static final int SOL_NETLINK = 270;
    static final int NETLINK_CAP_ACK = 10;
    static final int NETLINK_EXT_ACK = 11;
    static final int O_RDONLY = 0;
    static final int O_CLOEXEC = 0x80000;
    static final int CLONE_NEWNET = 0x40000000;

    static {
        Native.register(LibCSockets.class, "c");
    }

    private LibCSockets() {}

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native int setsockopt(int fd, int level, int name, byte[] value, int size) throws LastErrorException;

    static native long send(int fd, byte[] data, long size, int flags) throws LastErrorException;

    static native long recv(int fd, ByteBuffer data, long size, int flags) throws LastErrorException;

    static native int setns(int fd, int type) throws LastErrorException;

    static native int unshare(int flags) throws LastErrorException;

    static native int open(String path, int flags) throws LastErrorException;

    static native int close(int fd) throws LastErrorException;
}
