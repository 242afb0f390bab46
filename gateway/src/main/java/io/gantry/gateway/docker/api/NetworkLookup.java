package io.gantry.gateway.docker.api;

import io.gantry.contracts.view.ContainerRequest;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.EndpointView;
import io.gantry.contracts.view.NetworkView;
import io.gantry.gateway.docker.core.NetworkIds;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Asks network-service for ids. While it doesn't answer, containers are told of without them. */
@Singleton
class NetworkLookup {
    private static final Pattern MAYBE_ID = Pattern.compile("[0-9a-f]{12,64}");
    private final PartClient parts;

    @Inject
    NetworkLookup(PartClient parts) {
        this.parts = parts;
    }

    /** Of all networks. */
    Future<NetworkIds> networks() {
        return ids().map(networks -> new NetworkIds(networks, Map.of())).otherwise(NetworkIds.UNKNOWN);
    }

    /** Of the network and the endpoint of one container. */
    Future<NetworkIds> of(ContainerView container) {
        if (!container.spec().addressed()) {
            return Future.succeededFuture(NetworkIds.UNKNOWN);
        }
        Future<Map<String, String>> endpoints = parts.list(Part.NETWORK, "/endpoints?container=" + container.id(), EndpointView.class)
                .map(all -> all.stream().collect(Collectors.toMap(one -> one.container().value(), one -> one.id().value())));
        Future<Map<String, String>> networks = ids();
        return Future.join(networks, endpoints).map(_ -> new NetworkIds(networks.result(), endpoints.result())).otherwise(NetworkIds.UNKNOWN);
    }

    /** The same, its network by name: a client may have called it by its id. */
    Future<ContainerRequest> named(ContainerRequest request) {
        String ref = request.spec().network();
        return MAYBE_ID.matcher(ref).matches()
                ? ids().map(ids -> ids.entrySet().stream()
                        .filter(one -> !ids.containsKey(ref) && one.getValue().startsWith(ref))
                        .findFirst()
                        .map(one -> new ContainerRequest(request.name(), request.spec().but().network(one.getKey()).build(), request.start()))
                        .orElse(request))
                : Future.succeededFuture(request);
    }

    private Future<Map<String, String>> ids() {
        return parts.list(Part.NETWORK, "/networks", NetworkView.class)
                .map(all -> all.stream().collect(Collectors.toMap(NetworkView::name, one -> one.id().value())));
    }
}
