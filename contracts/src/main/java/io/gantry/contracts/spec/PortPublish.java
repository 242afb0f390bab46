package io.gantry.contracts.spec;

import io.gantry.contracts.unit.Ipv4;

/**
 * A container's port made reachable from outside, on every node.
 *
 * @param hostAddress only on this address of the node; {@code null} is every address, loopback included
 * @param hostPort 1 to 65535; 0 lets network-service choose one from 32768 to 60999
 * @param containerPort 1 to 65535
 */
public record PortPublish(Ipv4 hostAddress, int hostPort, int containerPort, Protocol protocol) {
    public enum Protocol {
        TCP,
        UDP
    }

    public PortPublish {
        protocol = protocol == null ? Protocol.TCP : protocol;
        Check.within("containerPort", containerPort, 1, 65_535);
        Check.within("hostPort", hostPort, 0, 65_535);
    }
}
