package io.gantry.cli.container;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ContainerSpecBuilder;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.unit.Ipv4;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which networks a container is on. */
public final class NetworkOptions {
    @Option(
            names = "--network", paramLabel = "NETWORK",
            description = "a network's name, once for each, or name=NAME,alias=db,ip=10.42.0.9; none for loopback only; container:NAME for that one's, its address with it; host if the node grants it")
    private List<String> networks = List.of();

    @Option(names = "--network-alias", description = "a further DNS name on the first network")
    private List<String> aliases = List.of();

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "its address on the first network; any free one by default")
    private String address;

    ContainerSpecBuilder onto(ContainerSpecBuilder spec) {
        if (networks.size() <= 1 && address == null && networks.stream().noneMatch(NetworkOptions::isLong)) {
            return spec.network(networks.isEmpty() ? null : networks.getFirst()).aliases(aliases);
        }
        List<NetworkUse> uses = new ArrayList<>(networks.stream().map(NetworkOptions::use).toList());
        if (uses.isEmpty()) {
            uses.add(NetworkUse.of(ContainerSpec.DEFAULT_NETWORK));
        }
        NetworkUse first = uses.getFirst();
        List<String> names = new ArrayList<>(first.aliases());
        names.addAll(aliases);
        uses.set(0, new NetworkUse(first.network(), names, address == null ? first.address() : Ipv4.parse(address)));
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
        for (String part : text.split(",")) {
            String[] field = part.split("=", 2);
            String value = field.length == 2 ? field[1] : "";
            switch (field[0]) {
                case "name" -> name = value;
                case "alias" -> aliases.add(value);
                case "ip" -> address = Ipv4.parse(value);
                default -> throw new IllegalArgumentException("--network " + text + " says '" + part + "': there are name=, alias= and ip=");
            }
        }
        return new NetworkUse(name, aliases, address);
    }
}
