package io.gantry.kernel.netlink.route;

import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import java.util.Optional;

/**
 * A route of the main table.
 *
 * @param destination 0.0.0.0/0 is the default route
 * @param link index of the outgoing link
 * @param gateway empty: {@code destination} is on the link itself
 * @param protocol who made it, {@code RTPROT_*}; 3 is a person or boot script, 128 to 255 are free for daemons
 */
public record Route(Cidr destination, int link, Optional<Ipv4> gateway, int protocol) {
    public static final Cidr DEFAULT = Cidr.parse("0.0.0.0/0");
    public static final int BY_HAND = 3;
}
