package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.NodeId;
import java.util.List;
import java.util.Objects;

/**
 * What sharing of layers saves, on the registry's disk and on the wire.
 *
 * @param nodes by name, all that aren't lost
 * @param all of the nodes that answered, together
 */
public record SharingView(@Always RegistrySharing registry, @Always List<Node> nodes, @Always NodeWire all) {
    public SharingView {
        nodes = List.copyOf(nodes);
    }

    /** With the sum of what the nodes say. */
    public SharingView(RegistrySharing registry, List<Node> nodes) {
        this(registry, nodes, NodeWire.sum(nodes.stream().map(Node::wire).filter(Objects::nonNull).toList()));
    }

    /** @param wire {@code null} if the node doesn't answer */
    public record Node(@Always NodeId id, @Always String name, NodeWire wire) {}
}
