package io.gantry.kernel.netlink.diag;

/** Numbers from include/uapi/linux/sock_diag.h, inet_diag.h and include/net/tcp_states.h. */
final class DiagHeader {
    static final int SOCK_DIAG_BY_FAMILY = 20;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int IPPROTO_TCP = 6;
    static final int IPPROTO_UDP = 17;
    static final int TCP_CLOSE = 7;
    static final int TCP_LISTEN = 10;

    /** struct inet_diag_sockid */
    static final int SOCKID = 48;

    /** struct inet_diag_msg: state, then the socket's id, then counters and the inode */
    static final int DIAG_MESSAGE = 72;

    static final int STATE_AT = 1;
    static final int PORT_AT = 4;
    static final int ADDRESS_AT = 8;
    static final int INODE_AT = 68;

    /** Says whether an IPv6 socket leaves IPv4 alone. */
    static final int INET_DIAG_SKV6ONLY = 11; // 3.10

    private DiagHeader() {}
}
