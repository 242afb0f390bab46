package io.gantry.agent.network.plan;

import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;

/**
 * A container's end of a cable, and the only names it may send under.
 *
 * @param port the host's end of it, a port of a bridge
 */
public record Sender(String port, MacAddress mac, Ipv4 address) {}
