package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.view.DeploymentView;
import io.gantry.gateway.docker.core.Cluster;
import io.gantry.gateway.docker.core.ServiceForms;
import io.gantry.gateway.docker.core.SwarmFilters;
import io.gantry.gateway.docker.core.SwarmIds;
import io.gantry.gateway.docker.core.Task;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Replicas' containers in the verbs of Docker's tasks. */
@Singleton
class TaskEndpoints {
    private final ClusterLookup cluster;
    private final ServiceLogs logs;

    @Inject
    TaskEndpoints(ClusterLookup cluster, ServiceLogs logs) {
        this.cluster = cluster;
        this.logs = logs;
    }

    void register(Routes routes) {
        routes.reply(HttpMethod.GET, "/tasks", this::list);
        routes.respond(HttpMethod.GET, "/tasks/{ref}/logs", call -> find(call.name()).compose(task -> logs.ofTask(call, task)));
        routes.reply(HttpMethod.GET, "/tasks/{ref}", call -> Future.join(find(call.name()), cluster.cluster()).map(known -> Reply.ok(known.<Task>resultAt(0).form(known.<Cluster>resultAt(1)))));
    }

    private Future<Task> find(String ref) {
        return cluster.tasks().map(all -> SwarmIds.find("task", ref, all, Task::id, _ -> ""));
    }

    private Future<Reply> list(Call call) {
        SwarmFilters filters = Task.filters(call.parameter("filters"));
        return cluster.tasks().compose(all -> {
            List<Task> chosen = all.stream().filter(task -> task.matches(filters)).toList();
            Future<List<Task>> wanted = filters.has("_up-to-date") ? upToDate(chosen) : Future.succeededFuture(chosen);
            return Future.all(wanted, cluster.cluster()).map(known -> {
                ArrayNode json = Json.mapper().createArrayNode();
                wanted.result().forEach(task -> json.add(task.form(known.resultAt(1))));
                return Reply.ok(json);
            });
        });
    }

    /** By which a client that has changed a service counts those that are as it is now. */
    private Future<List<Task>> upToDate(List<Task> tasks) {
        Map<DeploymentId, Future<List<DeploymentView.Revision>>> revisions = new HashMap<>();
        tasks.forEach(task -> revisions.computeIfAbsent(task.service().id(), _ -> cluster.revisions(task.service())));
        return Future.all(List.copyOf(revisions.values()))
                .map(_ -> tasks.stream().filter(task -> ServiceForms.upToDate(task.service(), revisions.get(task.service().id()).result(), task.revision())).toList());
    }
}
