package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A network.
 *
 * @param used counts its leased addresses
 * @param gateways the nodes' own addresses on it, lowest first; none before a container of it is placed
 */
public record NetworkView(
        @Always NetworkId id, @Always String name, @Always String project, @Always Cidr subnet, int vni, int used, @Always Instant createdAt, @Always Map<String, String> labels, @Always List<Gateway> gateways) {
    /** Through which a node's containers leave the network. */
    public record Gateway(NodeId node, Ipv4 address) {}

    public NetworkView {
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        gateways = gateways == null ? List.of() : List.copyOf(gateways);
    }
}
