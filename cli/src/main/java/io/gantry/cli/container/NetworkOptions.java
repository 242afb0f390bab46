package io.gantry.cli.container;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ContainerSpecBuilder;
import io.gantry.contracts.spec.Dns;
import io.gantry.contracts.spec.HostEntry;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which networks a container is on, and what it calls others. */
public final class NetworkOptions {
    @Option(
            names = "--network", paramLabel = "NETWORK",
            description = "a network's name, once for each, or name=NAME,alias=db,ip=10.42.0.9,mac=02:00:00:00:00:09; none for loopback only; container:NAME for that one's, its address with it; host if the node grants it")
    private List<String> networks = List.of();

    @Option(names = "--network-alias", description = "a further DNS name on the first network")
    private List<String> aliases = List.of();

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "its address on the first network; any free one by default")
    private String address;

    @Option(names = "--mac-address", paramLabel = "ADDRESS", description = "of its interface on the first network; the one that follows from its address by default")
    private String mac;

    @Option(names = "--add-host", paramLabel = "NAME:ADDRESS", description = "a further line of /etc/hosts; host-gateway as address is the node")
    private List<String> hosts = List.of();

    @Option(names = "--dns", paramLabel = "ADDRESS", description = "asked for names that are none of its networks', in place of the node's own servers")
    private List<String> servers = List.of();

    @Option(names = "--dns-search", paramLabel = "DOMAIN", description = "a domain that names are looked for in first")
    private List<String> domains = List.of();

    @Option(names = "--dns-option", paramLabel = "OPTION", description = "for its resolver: ndots:2")
    private List<String> resolverOptions = List.of();

    ContainerSpecBuilder onto(ContainerSpecBuilder spec) {
        return networks(spec)
                .extraHosts(hosts.stream().map(HostEntry::parse).toList())
                .dns(new Dns(servers.stream().map(Ipv4::parse).toList(), domains, resolverOptions));
    }

    private ContainerSpecBuilder networks(ContainerSpecBuilder spec) {
        if (networks.size() <= 1 && address == null && mac == null && networks.stream().noneMatch(NetworkOptions::isLong)) {
            return spec.network(networks.isEmpty() ? null : networks.getFirst()).aliases(aliases);
        }
        List<NetworkUse> uses = new ArrayList<>(networks.stream().map(NetworkOptions::use).toList());
        if (uses.isEmpty()) {
            uses.add(NetworkUse.of(ContainerSpec.DEFAULT_NETWORK));
        }
        NetworkUse first = uses.getFirst();
        List<String> names = new ArrayList<>(first.aliases());
        names.addAll(aliases);
        uses.set(0, new NetworkUse(
                first.network(), names, address == null ? first.address() : Ipv4.parse(address), mac == null ? first.mac() : MacAddress.parse(mac)));
        return spec.networks(uses);
    }

    private static boolean isLong(String text) {
        return text.contains("=");
    }

    private static NetworkUse use(String text) {
        if (!isLong(text)) {
            return NetworkUse.of(text);
        }
        String name = null;
        List<String> aliases = new ArrayList<>();
        Ipv4 address = null;
        MacAddress mac = null;
        for (String part : text.split(",")) {
            String[] field = part.split("=", 2);
            String value = field.length == 2 ? field[1] : "";
            switch (field[0]) {
                case "name" -> name = value;
                case "alias" -> aliases.add(value);
                case "ip" -> address = Ipv4.parse(value);
                case "mac" -> mac = MacAddress.parse(value);
                default -> throw new IllegalArgumentException("--network " + text + " says '" + part + "': there are name=, alias=, ip= and mac=");
            }
        }
        return new NetworkUse(name, aliases, address, mac);
    }
}
