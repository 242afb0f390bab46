package io.gantry.network.overlay.core;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.unit.Ipv4;

/** A node. @param address on the underlay; {@code null} until it has told it */
public record Host(NodeId id, Ipv4 address, long epoch) {}
