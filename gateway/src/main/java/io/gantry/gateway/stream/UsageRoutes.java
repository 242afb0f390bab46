package io.gantry.gateway.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.view.ContainerProcess;
import io.gantry.contracts.view.Items;
import io.gantry.gateway.events.Acts;
import io.gantry.gateway.route.Departure;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.QueryForm;
import io.gantry.gateway.route.StreamHead;
import io.gantry.gateway.route.Withdrawal;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;

/** What a container uses and which processes it has: asked of the agent of its node. */
@ApplicationScoped
public class UsageRoutes {
    private static final String CONTAINER = "/api/v1/containers/:ref";
    private final Containers containers;
    private final AgentClient agents;
    private final Acts acts;

    @Inject
    UsageRoutes(Containers containers, AgentClient agents, Acts acts) {
        this.acts = acts;
        this.containers = containers;
        this.agents = agents;
    }

    void register(@Observes Router router) {
        router.get(CONTAINER + "/stats").order(10).handler(StreamRoutes.refusing(this::stats));
        router.get(CONTAINER + "/pressure").order(10).handler(StreamRoutes.refusing(this::pressure));
        router.get(CONTAINER + "/processes").order(10).handler(StreamRoutes.refusing(this::processes));
    }

    /** One sample, or one a second as lines of JSON until the run ends. */
    private void stats(RoutingContext context) {
        boolean stream = "true".equals(QueryForm.read(context.queryParams(), Map.of("stream", QueryForm.FLAG)).get("stream"));
        HttpServerResponse response = context.response();
        containers.find(context.pathParam("ref"))
                .compose(container ->
                        agents.request(container, HttpMethod.GET, "/containers/" + container.id() + "/stats" + (stream ? "" : "?samples=1"), null))
                .onFailure(e -> GatewayProblems.answer(response, e))
                .onSuccess(answer -> {
                    if (!Departure.watch(response, Withdrawal.of(answer))) {
                        return;
                    }
                    response.putHeader("Content-Type", stream ? "application/x-ndjson" : "application/json");
                    StreamHead.send(context.request());
                    answer.pipe().endOnFailure(false).to(response).onFailure(e -> response.reset());
                });
    }

    /** The answer comes when it has been looked for so long. */
    private void pressure(RoutingContext context) {
        String seconds = QueryForm.read(context.queryParams(), Map.of("seconds", QueryForm.SECONDS)).getOrDefault("seconds", "2");
        containers.find(context.pathParam("ref"))
                .compose(container -> agents.call(container, HttpMethod.GET, "/containers/" + container.id() + "/pressure?seconds=" + seconds, null))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(answer -> context.response().putHeader("Content-Type", "application/json").end(answer));
    }

    private void processes(RoutingContext context) {
        QueryForm.read(context.queryParams(), Map.of());
        containers.find(context.pathParam("ref"))
                .compose(container -> agents.call(container, HttpMethod.GET, "/containers/" + container.id() + "/processes", null)
                        .onSuccess(_ -> acts.tell(new ContainerEvent.ProcessesListed(container.id()))))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(answer -> context.response().putHeader("Content-Type", "application/json").end(answer));
    }

    /** An agent's list of processes. */
    public static List<ContainerProcess> processes(Buffer answer) {
        try {
            return Json.mapper().readValue(answer.toString(), new TypeReference<Items<ContainerProcess>>() {}).items();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the agent's list of processes can't be read", e);
        }
    }
}
