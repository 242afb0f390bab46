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
        if (containerPort < 1 || containerPort > 65_535) {
            throw new IllegalArgumentException("ports.containerPort is 1 to 65535, got " + containerPort);
        }
        if (hostPort < 0 || hostPort > 65_535) {
            throw new IllegalArgumentException("ports.hostPort is 0 to 65535, got " + hostPort);
        }
    }
}
