package io.gantry.contracts.event;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.util.List;

/** Addresses, from network-service. The subject is the container, so that its facts stay in order. */
public sealed interface EndpointEvent extends Event {
    ContainerId container();

    @Override
    default String subject() {
        return container().value();
    }

    /** {@code ports} have their chosen host ports. */
    record Leased(
            EndpointId id,
            ContainerId container,
            NetworkId network,
            String networkName,
            Ipv4 address,
            Ipv4 gateway,
            int prefix,
            MacAddress mac,
            List<PortPublish> ports)
            implements EndpointEvent {
        public Leased with(List<PortPublish> others) {
            return new Leased(id, container, network, networkName, address, gateway, prefix, mac, others);
        }
    }

    /** These lead to it from now on: the way out of its container has gone over to its network, or from it to another. */
    record PortsMoved(EndpointId id, ContainerId container, List<PortPublish> ports) implements EndpointEvent {}

    /**
     * No address or port could be given: {@code detail} says which and who holds it, {@code hint} what to do.
     *
     * @param problem {@code NO_ADDRESS} in facts from before it was told
     */
    record Refused(ContainerId container, String networkName, ProblemType problem, String detail, String hint)
            implements EndpointEvent {
        public Refused {
            problem = problem == null ? ProblemType.NO_ADDRESS : problem;
        }
    }

    /** One that was to come onto a further network can't: it stays as it was. */
    record ConnectRefused(ContainerId container, String networkName, ProblemType problem, String detail, String hint) implements EndpointEvent {}

    record Released(EndpointId id, ContainerId container, NetworkId network, Ipv4 address) implements EndpointEvent {}
}
