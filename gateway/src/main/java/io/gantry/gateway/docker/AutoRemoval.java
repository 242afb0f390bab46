package io.gantry.gateway.docker;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.spec.OwnLabels;
import io.gantry.contracts.view.ContainerView;
import io.gantry.gateway.events.ContainerWatch;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.stream.Containers;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import jakarta.annotation.PostConstruct;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.LongConsumer;
import org.jboss.logging.Logger;

/**
 * {@code docker run --rm} and {@code gantry run --rm}: a container with the label is removed when it has ended, whether or not its client is still there. What
 * ended while no gateway ran is found when one starts. Several gateways may try; the removal is the same for all.
 */
@Singleton
@Startup
class AutoRemoval {
    private static final Logger LOG = Logger.getLogger(AutoRemoval.class);
    private static final long FIRST_RETRY_MILLIS = 1000;
    private static final long LAST_RETRY_MILLIS = 30_000;
    private static final int NOT_FOUND = 404;
    private final ContainerWatch watch;
    private final Containers containers;
    private final PartClient parts;
    private final Vertx vertx;

    @Inject
    AutoRemoval(ContainerWatch watch, Containers containers, PartClient parts, Vertx vertx) {
        this.watch = watch;
        this.containers = containers;
        this.parts = parts;
        this.vertx = vertx;
    }

    @PostConstruct
    void start() {
        vertx.runOnContext(v -> watch.watch(this::on).onSuccess(watching -> sweep(FIRST_RETRY_MILLIS)));
    }

    private void on(Fact fact) {
        switch ((ContainerEvent) fact.event()) {
            case ContainerEvent.Exited e -> look(e.id(), FIRST_RETRY_MILLIS);
            case ContainerEvent.Failed e -> look(e.id(), FIRST_RETRY_MILLIS);
            case ContainerEvent.Requested _,
                    ContainerEvent.Placed _,
                    ContainerEvent.Unplaceable _,
                    ContainerEvent.LifeChanged _,
                    ContainerEvent.Created _,
                    ContainerEvent.Started _,
                    ContainerEvent.Readiness _,
                    ContainerEvent.Lost _,
                    ContainerEvent.Renamed _,
                    ContainerEvent.Updated _,
                    ContainerEvent.NetworksChanged _,
                    ContainerEvent.Signalled _,
                    ContainerEvent.HealthChanged _,
                    ContainerEvent.Paused _,
                    ContainerEvent.Unpaused _,
                    ContainerEvent.Removed _,
                    ContainerEvent.News _ -> {}
        }
    }

    private void sweep(long retryMillis) {
        String query = "/containers?all=true&label=" + OwnLabels.AUTO_REMOVE + "%3Dtrue";
        parts.list(Part.CONTAINER, query, ContainerView.class)
                .onSuccess(found -> found.stream().filter(AutoRemoval::due).forEach(c -> remove(c, FIRST_RETRY_MILLIS)))
                .onFailure(e -> vertx.setTimer(retryMillis, id -> sweep(Math.min(2 * retryMillis, LAST_RETRY_MILLIS))));
    }

    private void look(ContainerId id, long retryMillis) {
        containers.find(id.value())
                .onSuccess(container -> {
                    if (due(container)) {
                        remove(container, retryMillis);
                    }
                })
                .onFailure(e -> again(e, retryMillis, next -> look(id, next)));
    }

    private void remove(ContainerView container, long retryMillis) {
        parts.call(Part.CONTAINER, HttpMethod.DELETE, "/containers/" + container.id() + "?volumes=true", null, "gateway")
                .onFailure(e -> again(e, retryMillis, next -> look(container.id(), next)));
    }

    private void again(Throwable e, long retryMillis, LongConsumer action) {
        Problem problem = GatewayProblems.of(e);
        if (problem.status() == NOT_FOUND) {
            return;
        }
        LOG.warnf("a container waits for its removal: %s", problem.detail());
        vertx.setTimer(retryMillis, id -> action.accept(Math.min(2 * retryMillis, LAST_RETRY_MILLIS)));
    }

    private static boolean due(ContainerView container) {
        boolean ended = container.state() == ContainerView.State.EXITED || container.state() == ContainerView.State.FAILED;
        return ended && "true".equals(container.spec().labels().get(OwnLabels.AUTO_REMOVE));
    }
}
