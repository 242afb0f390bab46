package io.gantry.gateway.docker.api;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
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
import java.util.List;
import java.util.Set;

/** What the replicas of a service say, each line with who says it; who follows hears those that are made meanwhile, too. */
@Singleton
class ServiceLogs {
    private final ClusterLookup cluster;
    private final AgentClient agents;
    private final ContainerWatch watch;
    private final World world;

    @Inject
    ServiceLogs(ClusterLookup cluster, AgentClient agents, ContainerWatch watch, World world) {
        this.cluster = cluster;
        this.agents = agents;
        this.watch = watch;
        this.world = world;
    }

    /** Of its container, its earlier runs included. */
    Future<Void> ofTask(Call call, Task task) {
        Telling telling = new Telling(call, task.service());
        telling.tell(List.of(task));
        telling.merge.complete();
        return Future.succeededFuture();
    }

    Future<Void> ofService(Call call, DeploymentView service) {
        Telling telling = new Telling(call, service);
        if (!call.flag("follow")) {
            return telling.all().onSuccess(_ -> telling.merge.complete());
        }
        return watch.watch(Set.of(Topics.CONTAINER, Topics.DEPLOYMENT), Span.FROM_NOW, telling).compose(watching -> {
            telling.watched(watching);
            return telling.all();
        });
    }

    /** One client. */
    private final class Telling implements ContainerWatch.Hearer {
        private final Call call;
        private final DeploymentId service;
        private final boolean tty;
        private final String streams;
        private final String beginning;
        private final LogMerge merge;
        private final Set<ContainerId> open = new HashSet<>();
        private ContainerWatch.Watching watching;
        private boolean gone;

        private Telling(Call call, DeploymentView service) {
            this.call = call;
            this.service = service.id();
            this.tty = service.spec().template().tty();
            this.streams = StreamEndpoints.streams(call, world.now());
            this.beginning = StreamEndpoints.beginning(call, world.now());
            call.request().response().putHeader("Content-Type", call.streamType(tty));
            StreamHead.send(call.request());
            this.merge = new LogMerge(call.request().response(), !tty, this::leave);
        }

        private Future<Void> all() {
            return cluster.tasks().map(tasks -> {
                tell(tasks.stream().filter(task -> task.service().id().equals(service) && task.latest()).toList());
                return null;
            });
        }

        private void tell(List<Task> tasks) {
            tasks.forEach(task -> task.logged().ifPresent(container -> add(task, container, beginning)));
        }

        private void add(Task task, ContainerView container, String from) {
            if (!open.add(container.id())) {
                return;
            }
            LogForm form = new LogForm(
                    tty ? LogForm.Kind.TEXT : LogForm.Kind.DOCKER_FRAMES, call.flag("timestamps"), call.flag("details") ? task.logDetails() : null);
            var asking = agents.request(container, HttpMethod.GET, "/containers/" + container.id() + streams + from, null)
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

        /** All that it says in this run; an earlier one is told already. */
        private void began(ContainerId id) {
            cluster.tasks().onSuccess(tasks -> tasks.stream()
                    .filter(task -> task.service().id().equals(service) && task.id().equals(id.value()))
                    .forEach(task -> task.logged().ifPresent(
                            container -> add(task, container, container.startedAt() == null ? "" : "&since=" + container.startedAt()))));
        }

        @Override
        public void ended() {
            merge.complete();
        }

        private void watched(ContainerWatch.Watching begun) {
            watching = begun;
            if (gone) {
                begun.stop();
            }
        }

        private void leave() {
            gone = true;
            if (watching != null) {
                watching.stop();
            }
        }
    }
}
