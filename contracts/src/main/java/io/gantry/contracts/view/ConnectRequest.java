package io.gantry.contracts.view;

import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.util.List;

/**
 * How a container comes onto a network.
 *
 * @param aliases further DNS names of it there
 * @param address that it shall have there; {@code null} leaves the choice to the network
 * @param mac that its interface there shall have; {@code null} for the one that follows from its address
 */
public record ConnectRequest(List<String> aliases, Ipv4 address, MacAddress mac) {}
