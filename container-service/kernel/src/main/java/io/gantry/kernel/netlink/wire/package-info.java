/** Bytes of netlink messages, netlink(7) and include/uapi/linux/netlink.h. Pure. */
package io.gantry.kernel.netlink.wire;
