package io.gantry.kernel.netlink.route;

import io.gantry.contracts.unit.Ipv4;

/** An IPv4 address with its prefix on the link with index {@code link}. */
public record LinkAddress(int link, Ipv4 address, int prefix) {}
