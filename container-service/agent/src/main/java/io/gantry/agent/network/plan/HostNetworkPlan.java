package io.gantry.agent.network.plan;

import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All that this host holds for its networks. Links are named, since they have no index before they exist.
 *
 * @param sysctls path below {@code /proc/sys} to value, in the order to write them; one that isn't there is left out
 * @param ruleset one nftables transaction that replaces the table {@code table}
 * @param frames what containers may send at all; empty without networks
 * @param zones what each network's name server answers
 */
public record HostNetworkPlan(
        List<Bridge> bridges, Map<String, String> sysctls, String table, String ruleset, Optional<FrameRules> frames, List<Zone> zones) {
    /**
     * A network's bridge with its tunnel to other hosts.
     *
     * @param cables host ends of this host's containers, where they are plugged in
     * @param remotes endpoints on other hosts
     * @param virtualAddresses routed to the bridge, so that this host itself can reach them
     */
    public record Bridge(
            NetworkId network,
            String name,
            String tunnel,
            int vni,
            int mtu,
            Ipv4 gateway,
            int prefix,
            MacAddress mac,
            Set<String> cables,
            Set<Remote> remotes,
            Set<Ipv4> virtualAddresses) {}

    /** @param host where it lives, on the underlay */
    public record Remote(Ipv4 address, MacAddress mac, Ipv4 host) {}

    /**
     * @param network its name; {@code <name>.<network>.gantry.internal} are full names
     * @param listen the address that its server answers at
     * @param names lower case, without domain
     * @param beside by the addresses here of this host's containers that are on further networks, too: what those have, by name
     */
    public record Zone(String network, Ipv4 listen, Cidr subnet, Map<String, Set<Ipv4>> names, Map<Ipv4, List<Zone>> beside) {
        /** Nobody on it is on a further one. */
        public Zone(String network, Ipv4 listen, Cidr subnet, Map<String, Set<Ipv4>> names) {
            this(network, listen, subnet, names, Map.of());
        }

        /** Where the names are that who asks from that address may know: first here. */
        public List<Zone> knownTo(Ipv4 client) {
            return Stream.concat(Stream.of(this), beside.getOrDefault(client, List.of()).stream()).toList();
        }
    }
}
