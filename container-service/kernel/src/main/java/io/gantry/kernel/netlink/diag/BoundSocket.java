package io.gantry.kernel.netlink.diag;

import io.gantry.contracts.unit.Ipv4;
import java.util.Optional;

/**
 * A socket that takes what is sent to a port by IPv4: TCP that listens, or UDP that is bound and not connected.
 *
 * @param address empty for all addresses, which an IPv6 socket may mean, too
 * @param inode what {@code /proc/<pid>/fd} calls it: {@code socket:[<inode>]}
 */
public record BoundSocket(Transport transport, Optional<Ipv4> address, int port, long inode) {
    public enum Transport {
        TCP,
        UDP
    }
}
