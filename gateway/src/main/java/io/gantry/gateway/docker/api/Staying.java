package io.gantry.gateway.docker.api;

import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.DeploymentView;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Which containers aren't on their way out. Docker answers a service's removal at once, and clients then remove the networks, secrets and configs it had: what
 * only those still have that are being stopped is removed when they are gone.
 */
@Singleton
class Staying {
    private static final long PAUSE_MILLIS = 100;
    /** Longer than programs are given to end, unless somebody gave one more. */
    private static final int MOST_TRIES = 600;
    private final DockerContainers containers;
    private final ClusterLookup cluster;
    private final Vertx vertx;

    @Inject
    Staying(DockerContainers containers, ClusterLookup cluster, Vertx vertx) {
        this.containers = containers;
        this.cluster = cluster;
        this.vertx = vertx;
    }

    /** Those that nobody removes at the moment, and the deployments that there are. */
    record Users(List<ContainerView> containers, List<DeploymentView> deployments) {
        private static Users of(List<ContainerView> containers, List<DeploymentView> deployments) {
            Set<DeploymentId> there = deployments.stream().map(DeploymentView::id).collect(Collectors.toSet());
            return new Users(containers.stream().filter(one -> !leaves(one, there)).toList(), deployments);
        }

        private static boolean leaves(ContainerView container, Set<DeploymentId> there) {
            return container.life() == Desired.Life.REMOVED
                    || container.state() == ContainerView.State.REMOVING
                    || container.owner() instanceof Owner.Replica replica && !there.contains(replica.deployment());
        }
    }

    /**
     * Tries again as long as it is refused on account of those that leave.
     *
     * @param refused whether a failure says that something has what is to be removed
     * @param used whether one that stays has it
     */
    Future<Void> remove(Supplier<Future<Void>> removal, Predicate<Throwable> refused, Predicate<Users> used) {
        return attempt(removal, refused, used, MOST_TRIES);
    }

    private Future<Void> attempt(Supplier<Future<Void>> removal, Predicate<Throwable> refused, Predicate<Users> used, int triesLeft) {
        return removal.get().recover(e -> triesLeft == 0 || !refused.test(e) ? Future.failedFuture(e) : users().compose(users -> used.test(users)
                ? Future.failedFuture(e)
                : pause().compose(_ -> attempt(removal, refused, used, triesLeft - 1))));
    }

    private Future<Users> users() {
        Future<List<ContainerView>> existing = containers.all();
        Future<List<DeploymentView>> deployments = cluster.services();
        return Future.all(existing, deployments).map(_ -> Users.of(existing.result(), deployments.result()));
    }

    private Future<Void> pause() {
        Promise<Void> over = Promise.promise();
        vertx.setTimer(PAUSE_MILLIS, _ -> over.complete());
        return over.future();
    }
}
