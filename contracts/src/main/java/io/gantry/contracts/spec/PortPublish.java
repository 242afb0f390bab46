package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Ipv4;

/**
 * A container's port made reachable from outside, on every node.
 *
 * @param hostAddress only on this address of the node; {@code null} is every address, loopback included
 * @param hostPort 1 to 65535; 0 lets network-service choose one from 32768 to 60999
 * @param containerPort 1 to 65535
 * @param lastHostPort lets network-service choose one from {@code hostPort} up to this; {@code null} for that one alone, and of one that is granted
 */
public record PortPublish(Ipv4 hostAddress, int hostPort, int containerPort, Protocol protocol, Integer lastHostPort) {
    /** Of one container. */
    static final int MOST = 1024;

    private static final int LAST = 65_535;

    public enum Protocol {
        TCP,
        UDP
    }

    public PortPublish {
        protocol = protocol == null ? Protocol.TCP : protocol;
        Check.within("containerPort", containerPort, 1, LAST);
        Check.within("hostPort", hostPort, 0, LAST);
        if (lastHostPort != null) {
            if (hostPort == 0) {
                throw new BadField("hostPort", "hostPort is 0, any free one, and lastHostPort is the end of a range", "say where the range begins, or leave lastHostPort out");
            }
            Check.within("lastHostPort", lastHostPort, hostPort, LAST);
            lastHostPort = lastHostPort == hostPort ? null : lastHostPort;
        }
    }

    public PortPublish(Ipv4 hostAddress, int hostPort, int containerPort, Protocol protocol) {
        this(hostAddress, hostPort, containerPort, protocol, null);
    }

    /** Whether which one is left to network-service, within bounds. */
    public boolean ranges() {
        return lastHostPort != null;
    }

    /** The same at that port of the host. */
    public PortPublish at(int chosen) {
        return new PortPublish(hostAddress, chosen, containerPort, protocol);
    }
}
