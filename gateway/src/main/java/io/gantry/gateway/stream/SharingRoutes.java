package io.gantry.gateway.stream;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.NodeView;
import io.gantry.contracts.view.NodeWire;
import io.gantry.contracts.view.RegistrySharing;
import io.gantry.contracts.view.SharingView;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.route.QueryForm;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What sharing of layers saves: image-service counts for the registry, and each agent for its node. Of a node that doesn't answer nothing is said. */
@ApplicationScoped
class SharingRoutes {
    private static final long ANSWER_SECONDS = 5;
    private final PartClient parts;
    private final AgentClient agents;

    @Inject
    SharingRoutes(PartClient parts, AgentClient agents) {
        this.parts = parts;
        this.agents = agents;
    }

    void register(@Observes Router router) {
        router.get("/api/v1/sharing").order(10).handler(StreamRoutes.refusing(this::show));
    }

    private void show(RoutingContext context) {
        QueryForm.read(context.queryParams(), Map.of());
        context.request().resume();
        Future<RegistrySharing> registry = parts.get(Part.IMAGE, "/sharing", RegistrySharing.class);
        Future<List<SharingView.Node>> nodes = parts.list(Part.SCHEDULER, "/nodes", NodeView.class).compose(this::ask);
        Future.all(registry, nodes)
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(_ -> context.response().putHeader("Content-Type", "application/json").end(Json.write(new SharingView(registry.result(), nodes.result()))));
    }

    private Future<List<SharingView.Node>> ask(List<NodeView> nodes) {
        return Future.join(nodes.stream().filter(node -> node.state() != NodeView.State.LOST).sorted(Comparator.comparing(NodeView::name)).map(this::ask).toList())
                .map(all -> all.<SharingView.Node>list());
    }

    private Future<SharingView.Node> ask(NodeView node) {
        return agents.request(new ContainerView.Node(node.id(), node.name(), node.address(), node.streamPort()), HttpMethod.GET, "/wire", null)
                .compose(HttpClientResponse::body)
                .map(body -> new SharingView.Node(node.id(), node.name(), Json.read(body.toString(), NodeWire.class)))
                .timeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .otherwise(new SharingView.Node(node.id(), node.name(), null));
    }
}
