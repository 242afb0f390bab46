package io.gantry.gateway.docker.core;

import io.gantry.contracts.id.KeptId;
import io.gantry.contracts.view.KeptView;
import io.gantry.contracts.view.NetworkView;
import io.gantry.contracts.view.NodeView;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What services name and are on, as it is at the moment: Docker names by ids what a spec of ours names by names. */
public record Cluster(List<NodeView> nodes, List<NetworkView> networks, List<KeptView> secrets, List<KeptView> configs) {
    /** That of Docker's words which has the platform at hand: the node that joined first. Empty as long as there is none. */
    public static Optional<NodeView> first(List<NodeView> nodes) {
        return nodes.stream()
                .filter(node -> node.state() != NodeView.State.LOST)
                .min(Comparator.comparing(NodeView::joinedAt).thenComparing(NodeView::id));
    }

    /** Our name of a network that is meant by name or id. */
    String network(String ref) {
        String ours = DockerNames.ourNetwork(ref);
        String named = ids().named(ours);
        return networks.stream()
                .map(NetworkView::name)
                .filter(named::equals)
                .findFirst()
                .orElseThrow(() -> new DockerRefusal(404, "network " + ref + " not found"));
    }

    /** The name itself for one that isn't there any more. */
    String networkId(String name) {
        return networks.stream().filter(one -> one.name().equals(name)).map(one -> one.id().value()).findFirst().orElse(name);
    }

    private NetworkIds ids() {
        return new NetworkIds(networks.stream().collect(Collectors.toMap(NetworkView::name, one -> one.id().value())));
    }

    /** The name of a secret that is meant by its id, or else by its name. */
    String secret(String id, String name) {
        return kept("secret", secrets, id, name);
    }

    String config(String id, String name) {
        return kept("config", configs, id, name);
    }

    private static String kept(String kind, List<KeptView> all, String id, String name) {
        return all.stream()
                .filter(one -> SwarmIds.of(one.id()).equals(id))
                .findFirst()
                .or(() -> all.stream().filter(one -> one.name().equals(name)).findFirst())
                .map(KeptView::name)
                .orElseThrow(() -> new DockerRefusal(
                        400, "rpc error: code = InvalidArgument desc = " + kind + " not found: " + (name.isEmpty() ? id : name)));
    }

    /** Empty for one that isn't there any more. */
    String secretId(String name) {
        return id(secrets, name);
    }

    String configId(String name) {
        return id(configs, name);
    }

    private static String id(List<KeptView> all, String name) {
        return all.stream().filter(one -> one.name().equals(name)).findFirst().map(KeptView::id).map((KeptId one) -> SwarmIds.of(one)).orElse("");
    }
}
