package io.gantry.gateway.docker.api;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.EndpointView;
import io.gantry.contracts.view.NetworkView;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Removes networks as Docker's clients expect: at once after the last container of one. network-service hears of a container's removal a moment later
 * than whoever asked for it, and that moment is waited for.
 */
@Singleton
class NetworkRemoval {
    private static final long PAUSE_MILLIS = 100;
    private static final int MOST_TRIES = 50;
    private final PartClient parts;
    private final DockerContainers containers;
    private final Vertx vertx;

    @Inject
    NetworkRemoval(PartClient parts, DockerContainers containers, Vertx vertx) {
        this.parts = parts;
        this.containers = containers;
        this.vertx = vertx;
    }

    /** Fails with CONFLICT while somebody is on it. */
    Future<Void> remove(NetworkView network) {
        return attempt(network, MOST_TRIES);
    }

    /** Names of networks that containers are on, whether or not these run. */
    Future<Set<String>> used() {
        return containers.all()
                .map(all -> all.stream().flatMap(one -> one.spec().networks().stream()).map(NetworkUse::network).collect(Collectors.toSet()));
    }

    private Future<Void> attempt(NetworkView network, int triesLeft) {
        return parts.call(Part.NETWORK, HttpMethod.DELETE, "/networks/" + network.id(), null, DockerContainers.PRINCIPAL)
                .<Void>mapEmpty()
                .recover(e -> triesLeft > 0 && GatewayProblems.of(e).is(ProblemType.CONFLICT) ? again(network, triesLeft, e) : Future.failedFuture(e));
    }

    private Future<Void> again(NetworkView network, int triesLeft, Throwable refusal) {
        Future<List<EndpointView>> endpoints = parts.list(Part.NETWORK, "/endpoints?network=" + network.id(), EndpointView.class);
        return Future.join(endpoints, containers.all()).compose(known -> {
            Set<ContainerId> there = known.<List<ContainerView>>resultAt(1).stream()
                    .filter(one -> one.spec().on(network.name()).isPresent())
                    .map(ContainerView::id)
                    .collect(Collectors.toSet());
            if (endpoints.result().isEmpty()) {
                // they have gone meanwhile, or it isn't containers that use it
                return attempt(network, 0);
            }
            return endpoints.result().stream().anyMatch(one -> there.contains(one.container()))
                    ? Future.failedFuture(refusal)
                    : pause().compose(_ -> attempt(network, triesLeft - 1));
        });
    }

    private Future<Void> pause() {
        Promise<Void> over = Promise.promise();
        vertx.setTimer(PAUSE_MILLIS, id -> over.complete());
        return over.future();
    }
}
