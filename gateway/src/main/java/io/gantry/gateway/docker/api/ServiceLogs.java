package io.gantry.gateway.docker.api;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.DeploymentView;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.Task;
import io.gantry.gateway.events.ContainerWatch;
import io.gantry.gateway.events.Span;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.StreamHead;
import io.gantry.gateway.stream.AgentClient;
import io.gantry.gateway.stream.LogForm;
import io.gantry.gateway.stream.LogMerge;
import io.gantry.kit.time.World;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** What the replicas of a service say, each line with who says it; who follows hears those that are made meanwhile, too. */
@Singleton
class ServiceLogs {
    private final ClusterLookup cluster;
    private final DockerContainers containers;
    private final AgentClient agents;
    private final ContainerWatch watch;
    private final World world;

    @Inject
    ServiceLogs(ClusterLookup cluster, DockerContainers containers, AgentClient agents, ContainerWatch watch, World world) {
        this.cluster = cluster;
        this.containers = containers;
        this.agents = agents;
        this.watch = watch;
        this.world = world;
    }

    /** Of its container, its earlier runs included. */
    Future<Void> ofTask(Call call, Task task) {
        StreamEndpoints.chosen(call);
        Telling telling = new Telling(call, task.service());
        task.logged().ifPresent(container -> telling.add(task, container, call.parameter("since")));
        telling.merge.complete();
        return Future.succeededFuture();
    }

    Future<Void> ofService(Call call, DeploymentView service) {
        StreamEndpoints.chosen(call);
        Telling telling = new Telling(call, service);
        if (!call.flag("follow")) {
            return telling.all().onSuccess(_ -> telling.merge.complete());
        }
        return watch.watch(Set.of(Topics.CONTAINER, Topics.DEPLOYMENT), Span.FROM_NOW, telling).compose(watching -> {
            telling.watching.set(watching);
            return telling.all();
        });
    }

    /** One client. */
    private final class Telling implements ContainerWatch.Hearer {
        private final Call call;
        private final DeploymentId service;
        private final boolean tty;
        private final LogMerge merge;
        private final Set<ContainerId> open = new HashSet<>();
        private final AtomicReference<ContainerWatch.Watching> watching = new AtomicReference<>();

        private Telling(Call call, DeploymentView service) {
            this.call = call;
            this.service = service.id();
            this.tty = service.spec().template().tty();
            call.request().response().putHeader("Content-Type", call.streamType(tty));
            StreamHead.send(call.request());
            this.merge = new LogMerge(call.request().response(), !tty, this::leave);
        }

        private Future<Void> all() {
            return cluster.tasks().map(tasks -> {
                tasks.stream()
                        .filter(task -> task.service().id().equals(service) && task.latest())
                        .forEach(task -> task.logged().ifPresent(container -> add(task, container, call.parameter("since"))));
                return null;
            });
        }

        /** @param since may be {@code null} */
        private void add(Task task, ContainerView container, String since) {
            if (!open.add(container.id())) {
                return;
            }
            LogForm form = new LogForm(
                    tty ? LogForm.Kind.TEXT : LogForm.Kind.DOCKER_FRAMES, call.flag("timestamps"), call.flag("details") ? task.logDetails() : null);
            var asking = agents.request(container, HttpMethod.GET, StreamEndpoints.logOf(container, call, since, world.now()), null)
                    .recover(e -> Future.failedFuture(new DockerRefusal(500, GatewayProblems.of(e).detail())));
            merge.add(asking, form, container.name(), () -> open.remove(container.id()));
        }

        @Override
        public Future<?> hear(Fact fact) {
            switch (fact.event()) {
                case ContainerEvent.Started e when !open.contains(e.id()) -> began(e.id());
                case DeploymentEvent.Removed e when e.id().equals(service) -> merge.complete();
                default -> {
                    // nobody begins to say anything
                }
            }
            return Future.succeededFuture();
        }

        /** What it said before, in an earlier run, is told already. */
        private void began(ContainerId id) {
            containers.find(id.value()).onSuccess(container -> {
                if (container.owner() instanceof Owner.Replica replica && replica.deployment().equals(service)) {
                    cluster.tasks().onSuccess(tasks -> tasks.stream()
                            .filter(task -> task.id().equals(id.value()))
                            .findFirst()
                            .ifPresent(task -> add(task, container, container.startedAt() == null ? call.parameter("since") : container.startedAt().toString())));
                }
            });
        }

        @Override
        public void ended() {
            merge.complete();
        }

        private void leave() {
            ContainerWatch.Watching present = watching.get();
            if (present != null) {
                present.stop();
            }
        }
    }
}
