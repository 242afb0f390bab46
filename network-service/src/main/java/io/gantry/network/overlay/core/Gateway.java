package io.gantry.network.overlay.core;

import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.unit.Ipv4;

/** A node's own address on a network. */
public record Gateway(EndpointId id, NetworkId network, NodeId node, Ipv4 address) {}
