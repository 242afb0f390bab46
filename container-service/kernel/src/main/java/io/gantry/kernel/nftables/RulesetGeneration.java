package io.gantry.kernel.nftables;

import io.gantry.kernel.netlink.socket.NetlinkSocket;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import io.gantry.kernel.netlink.wire.MessageWriter;

/**
 * The kernel's number of a network namespace's whole ruleset, which each transaction of anybody moves on by one; asking costs a message, where a table's listing
 * costs all that is in it. From include/uapi/linux/netfilter/nf_tables.h, {@code NFT_MSG_GETGEN}. Safe for several threads.
 */
final class RulesetGeneration implements AutoCloseable {
    private static final int NFNL_SUBSYS_NFTABLES = 10;
    private static final int NFT_MSG_GETGEN = 16;
    private static final int NFTA_GEN_ID = 1;

    /** struct nfgenmsg: family, version, resource */
    private static final int NFGENMSG = 4;

    private final NetlinkSocket socket;

    private RulesetGeneration(NetlinkSocket socket) {
        this.socket = socket;
    }

    static RulesetGeneration open(NetworkNamespace namespace) {
        return new RulesetGeneration(NetlinkSocket.open(namespace, NetlinkSocket.Protocol.NETFILTER));
    }

    /** Unsigned, 32 bits; never 0. */
    long now() {
        byte[] question = new MessageWriter(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN, 0).u8(0).u8(0).u16(0).toBytes();
        int bigEndian = socket.get("the ruleset's generation", question).attributes(NFGENMSG).u32(NFTA_GEN_ID).orElseThrow();
        return Integer.toUnsignedLong(Integer.reverseBytes(bigEndian));
    }

    /** What comes after that one. */
    static long next(long generation) {
        return generation == 0xffff_ffffL ? 1 : generation + 1;
    }

    @Override
    public void close() {
        socket.close();
    }
}
