package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A network that a container is on.
 *
 * @param network its name
 * @param aliases further DNS names of the container there, and only there
 * @param address that it shall have there; {@code null} leaves the choice to the network
 * @param mac that its interface there shall have, of one host alone, not one of those that follow from an address
 *     ({@link MacAddress#of}); {@code null} for that which follows from its own
 */
public record NetworkUse(String network, List<String> aliases, Ipv4 address, MacAddress mac) {
    /** A container has so many at most. */
    public static final int MOST = 16;

    public NetworkUse {
        if (network == null || network.isBlank()) {
            throw new BadField("network", "the name of a network is missing", "write for example {\"network\": \"backend\"}");
        }
        if (network.equals(ContainerSpec.NO_NETWORK) || network.equals(Namespaces.HOST) || network.startsWith(Namespaces.CONTAINER)) {
            throw new BadField("network", "'" + network + "' is no network that a container is on beside others", "say it as \"network\" alone");
        }
        aliases = aliases == null ? List.of() : Check.aliases(aliases);
        if (mac != null && !mac.isOfOneHost()) {
            throw new BadField("mac", "the Ethernet address " + mac + " is no single host's", "choose one whose first byte is even, and not all zeros: 02:00:00:00:00:01");
        }
        if (mac != null && mac.followsFromAnAddress()) {
            throw new BadField(
                    "mac", "the Ethernet address " + mac + " is one of those that follow from an IPv4 address on the network",
                    "leave it out for the container's own, or choose one that doesn't begin with 02:47");
        }
    }

    /** Without further names, with an address of the network's choice. */
    public static NetworkUse of(String network) {
        return new NetworkUse(network, List.of(), null, null);
    }

    NetworkUse called(List<String> others) {
        return new NetworkUse(network, others, address, mac);
    }

    /** Each network once. */
    static List<NetworkUse> checked(String field, List<NetworkUse> given) {
        List<NetworkUse> all = Check.complete(field, given);
        if (all.size() > MOST) {
            throw new BadField(field, field + " has " + all.size() + " entries, " + MOST + " at most");
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            if (!seen.add(all.get(i).network())) {
                throw new BadField(field + "[" + i + "].network", field + " has the network '" + all.get(i).network() + "' twice", "say all its aliases at once");
            }
        }
        return all;
    }
}
