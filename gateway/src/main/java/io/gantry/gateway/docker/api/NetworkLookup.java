package io.gantry.gateway.docker.api;

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
import java.util.stream.Collectors;

/** Asks network-service for ids. While it doesn't answer, containers are told of without them. */
@Singleton
class NetworkLookup {
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

    private Future<Map<String, String>> ids() {
        return parts.list(Part.NETWORK, "/networks", NetworkView.class)
                .map(all -> all.stream().collect(Collectors.toMap(NetworkView::name, one -> one.id().value())));
    }
}
