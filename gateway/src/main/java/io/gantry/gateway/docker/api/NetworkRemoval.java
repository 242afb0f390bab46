package io.gantry.gateway.docker.api;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.view.NetworkView;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Removes networks as Docker's clients expect: at once after the last container of one. network-service hears of a container's removal a moment later
 * than whoever asked for it, and that moment is waited for, as are those that leave by themselves.
 */
@Singleton
class NetworkRemoval {
    private final PartClient parts;
    private final DockerContainers containers;
    private final Staying staying;

    @Inject
    NetworkRemoval(PartClient parts, DockerContainers containers, Staying staying) {
        this.parts = parts;
        this.containers = containers;
        this.staying = staying;
    }

    /** Fails with CONFLICT while somebody is on it who stays. */
    Future<Void> remove(NetworkView network) {
        return staying.remove(
                () -> parts.call(Part.NETWORK, HttpMethod.DELETE, "/networks/" + network.id(), null, DockerContainers.PRINCIPAL).mapEmpty(),
                e -> ClusterLookup.says(e, ProblemType.CONFLICT),
                users -> users.containers().stream().anyMatch(one -> one.spec().on(network.name()).isPresent())
                        || users.deployments().stream().anyMatch(one -> one.spec().template().on(network.name()).isPresent()));
    }

    /** Names of networks that containers are on, whether or not these run. */
    Future<Set<String>> used() {
        return containers.all()
                .map(all -> all.stream().flatMap(one -> one.spec().networks().stream()).map(NetworkUse::network).collect(Collectors.toSet()));
    }
}
