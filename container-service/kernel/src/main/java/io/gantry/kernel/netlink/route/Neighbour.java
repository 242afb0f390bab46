package io.gantry.kernel.netlink.route;

import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;

/** A permanent neighbour entry: who has {@code address} on the link with index {@code link}. */
public record Neighbour(int link, Ipv4 address, MacAddress mac) {}
