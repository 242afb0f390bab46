package io.gantry.kernel.netlink.route;

import static io.gantry.kernel.netlink.route.RouteHeader.*;
import static io.gantry.kernel.netlink.wire.NetlinkHeader.NLM_F_CREATE;
import static io.gantry.kernel.netlink.wire.NetlinkHeader.NLM_F_REPLACE;

import io.gantry.kernel.netlink.wire.MessageWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The queue of a link, by which it sends no faster than it may: a token bucket (tc-tbf(8)). */
final class QueueMessages {
    /** So much may pass at once, whatever the rate: more than the largest packet that the kernel puts together. */
    private static final long LEAST_BURST = 128 << 10;

    /** Part of a second that may pass at once. */
    private static final long BURSTS_A_SECOND = 50;

    /** Part of a second that a packet waits at most; what comes beyond that is dropped, and its sender slows down. */
    private static final long WAITS_A_SECOND = 10;

    private static final long LARGEST = 0xffffffffL;

    private QueueMessages() {}

    static byte[] limit(int link, long bytesPerSecond) {
        long burst = Math.max(LEAST_BURST, bytesPerSecond / BURSTS_A_SECOND);
        long waiting = Math.min(LARGEST, burst + bytesPerSecond / WAITS_A_SECOND);
        return root(new MessageWriter(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE), link)
                .attributeText(TCA_KIND, "tbf")
                .nested(TCA_OPTIONS, options -> options.attribute(TCA_TBF_PARMS, parameters(bytesPerSecond, waiting))
                        .attribute(TCA_TBF_RATE64, buffer(8).putLong(bytesPerSecond).array())
                        .attributeU32(TCA_TBF_BURST, (int) Math.min(burst, LARGEST)))
                .toBytes();
    }

    static byte[] free(int link) {
        return root(new MessageWriter(RTM_DELQDISC, 0), link).toBytes();
    }

    /** {@code struct tcmsg}. */
    private static MessageWriter root(MessageWriter message, int link) {
        return message.u8(AF_UNSPEC).u8(0).u16(0).u32(link).u32(HANDLE).u32(TC_H_ROOT).u32(0);
    }

    /** {@code struct tc_tbf_qopt}: two {@code struct tc_ratespec}, then limit, buffer and mtu. With a link layer the kernel needs no table of times. */
    private static byte[] parameters(long bytesPerSecond, long waiting) {
        int rate = (int) Math.min(bytesPerSecond, LARGEST);
        return buffer(36)
                .put((byte) 0).put(LINKLAYER_ETHERNET).putShort((short) 0).putShort((short) -1).putShort((short) 0).putInt(rate)
                .putLong(0).putInt(0)
                .putInt((int) waiting).putInt(0).putInt(0)
                .array();
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }
}
