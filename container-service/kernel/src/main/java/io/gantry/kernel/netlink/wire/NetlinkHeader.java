package io.gantry.kernel.netlink.wire;

/** Numbers from include/uapi/linux/netlink.h. */
public final class NetlinkHeader {
    public static final int ALIGNMENT = 4;
    public static final int MESSAGE_HEADER = 16;
    public static final int ATTRIBUTE_HEADER = 4;

    public static final int NLMSG_NOOP = 1;
    public static final int NLMSG_ERROR = 2;
    public static final int NLMSG_DONE = 3;

    public static final int NLM_F_REQUEST = 0x1;
    public static final int NLM_F_ACK = 0x4;
    /** In an answer: the dump is inconsistent, something changed meanwhile. */
    public static final int NLM_F_DUMP_INTR = 0x10;
    public static final int NLM_F_CAPPED = 0x100;
    public static final int NLM_F_ACK_TLVS = 0x200;
    public static final int NLM_F_REPLACE = 0x100;
    public static final int NLM_F_EXCL = 0x200;
    public static final int NLM_F_CREATE = 0x400;
    public static final int NLM_F_APPEND = 0x800;
    public static final int NLM_F_DUMP = 0x300;

    /** Text of the kernel's explanation in an extended acknowledgement. */
    public static final int NLMSGERR_ATTR_MSG = 1;

    private static final int NLA_TYPE_MASK = 0x3fff;

    private NetlinkHeader() {}

    /** An attribute's type without the flags for nesting and byte order. */
    static int attributeType(int type) {
        return type & NLA_TYPE_MASK;
    }

    static int align(int length) {
        return length + ALIGNMENT - 1 & -ALIGNMENT;
    }
}
