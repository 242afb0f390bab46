package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.NetworkView;
import io.gantry.gateway.docker.core.DockerNames;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.ListFilters;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/** Networks to look at. */
@Singleton
class NetworkEndpoints {
    private final PartClient parts;

    @Inject
    NetworkEndpoints(PartClient parts) {
        this.parts = parts;
    }

    void register(Routes routes) {
        routes.reply(HttpMethod.GET, "/networks", this::list);
        routes.reply(HttpMethod.GET, "/networks/{ref}", this::inspect);
    }

    private Future<Reply> list(Call call) {
        var filters = ListFilters.entries(call.parameter("filters"));
        List<String> names = filters.getOrDefault("name", List.of());
        List<String> ids = filters.getOrDefault("id", List.of());
        return networks().map(networks -> {
            ArrayNode json = Json.mapper().createArrayNode();
            networks.stream()
                    .filter(n -> names.isEmpty() || names.stream().anyMatch(name -> DockerNames.dockerNetwork(n.name()).contains(name)))
                    .filter(n -> ids.isEmpty() || ids.stream().anyMatch(id -> n.id().value().startsWith(id)))
                    .forEach(n -> json.add(form(n)));
            return Reply.ok(json);
        });
    }

    private Future<Reply> inspect(Call call) {
        return networks()
                .map(networks -> networks.stream()
                        .filter(n -> n.name().equals(DockerNames.ourNetwork(call.name())) || n.id().value().startsWith(call.name()))
                        .findFirst()
                        .map(n -> Reply.ok(form(n)))
                        .orElseThrow(() -> new DockerRefusal(404, "network " + call.name() + " not found")));
    }

    private Future<List<NetworkView>> networks() {
        return parts.list(Part.NETWORK, "/networks", NetworkView.class);
    }

    private static ObjectNode form(NetworkView network) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("Name", DockerNames.dockerNetwork(network.name())).put("Id", network.id().value());
        json.put("Created", network.createdAt() == null ? "0001-01-01T00:00:00Z" : network.createdAt().toString());
        json.put("Scope", "local").put("Driver", "bridge").put("EnableIPv6", false).put("Internal", false);
        json.put("Attachable", true).put("Ingress", false).put("ConfigOnly", false);
        json.putObject("ConfigFrom").put("Network", "");
        ObjectNode ipam = json.putObject("IPAM").put("Driver", "default").putNull("Options");
        ipam.putArray("Config").addObject().put("Subnet", network.subnet().toString());
        json.putObject("Containers");
        json.putObject("Options");
        json.putObject("Labels");
        return json;
    }
}
