package io.gantry.gateway.docker.api;

import io.gantry.contracts.view.NetworkView;
import io.gantry.gateway.docker.core.NetworkIds;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;

/** Asks network-service for ids. While it doesn't answer, networks are known by their names alone. */
@Singleton
class NetworkLookup {
    private final PartClient parts;

    @Inject
    NetworkLookup(PartClient parts) {
        this.parts = parts;
    }

    /** Of all networks. */
    Future<NetworkIds> networks() {
        return parts.list(Part.NETWORK, "/networks", NetworkView.class)
                .map(all -> new NetworkIds(all.stream().collect(Collectors.toMap(NetworkView::name, one -> one.id().value()))))
                .otherwise(NetworkIds.UNKNOWN);
    }
}
