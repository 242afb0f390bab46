package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.NodeView;
import io.gantry.gateway.docker.core.Cluster;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.NodeForms;
import io.gantry.gateway.docker.core.SwarmFilters;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/** Nodes in Docker's verbs. */
@Singleton
class NodeEndpoints {
    private final PartClient parts;
    private final ClusterLookup cluster;

    @Inject
    NodeEndpoints(PartClient parts, ClusterLookup cluster) {
        this.parts = parts;
        this.cluster = cluster;
    }

    void register(Routes routes) {
        routes.reply(HttpMethod.GET, "/nodes", this::list);
        routes.reply(HttpMethod.GET, "/nodes/{ref}", this::inspect);
        routes.reply(HttpMethod.DELETE, "/nodes/{ref}", this::remove);
        routes.reply(HttpMethod.POST, "/nodes/{ref}/update", this::update);
    }

    private Future<Reply> list(Call call) {
        SwarmFilters filters = NodeForms.filters(call.parameter("filters"));
        return cluster.nodes().map(all -> {
            ArrayNode json = Json.mapper().createArrayNode();
            all.stream().filter(node -> NodeForms.matches(node, first(all, node), filters)).forEach(node -> json.add(NodeForms.form(node, first(all, node))));
            return Reply.ok(json);
        });
    }

    private Future<Reply> inspect(Call call) {
        return cluster.nodes().compose(all -> cluster.node(call.name()).map(node -> Reply.ok(NodeForms.form(node, first(all, node)))));
    }

    private Future<Reply> update(Call call) {
        return cluster.nodes().compose(all -> cluster.node(call.name()).compose(node -> {
            ClusterLookup.sameVersion(call.parameter("version"), NodeForms.version(node));
            return NodeForms.update(call.json(), node, first(all, node))
                    .map(order -> switch (order) {
                        case DRAIN -> act(node, "/drain");
                        case RESUME -> act(node, "/resume");
                    })
                    .orElseGet(Future::succeededFuture)
                    .map(Reply.empty(200));
        }));
    }

    private Future<Void> act(NodeView node, String verb) {
        return parts.call(Part.SCHEDULER, HttpMethod.POST, "/nodes/" + node.id() + verb, null, DockerContainers.PRINCIPAL).mapEmpty();
    }

    /** Only one that is lost, by force, too: what runs on another would go on. */
    private Future<Reply> remove(Call call) {
        return cluster.node(call.name()).compose(node -> parts.call(Part.SCHEDULER, HttpMethod.DELETE, "/nodes/" + node.id(), null, DockerContainers.PRINCIPAL)
                .map(Reply.empty(200))
                .recover(e -> Future.failedFuture(
                        ClusterLookup.says(e, ProblemType.CONFLICT)
                                ? new DockerRefusal(400, "rpc error: code = FailedPrecondition desc = node " + call.name() + " is not down and can't be removed: stop its agent first")
                                : e)));
    }

    private static boolean first(List<NodeView> all, NodeView node) {
        return Cluster.first(all).filter(one -> one.id().equals(node.id())).isPresent();
    }
}
