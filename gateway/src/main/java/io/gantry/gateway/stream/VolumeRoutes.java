package io.gantry.gateway.stream;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.VolumeView;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.route.QueryForm;
import io.gantry.kit.problem.Refused;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Volumes with what lies in them, which only their nodes know. Everything else about them is container-service's. */
@ApplicationScoped
class VolumeRoutes {
    private static final Map<String, QueryForm> LIST = Map.of("usage", QueryForm.FLAG, "label", QueryForm.TEXT, "unused", QueryForm.FLAG);
    private final PartClient parts;
    private final VolumeUsage usage;
    private final AgentClient agents;

    @Inject
    VolumeRoutes(PartClient parts, VolumeUsage usage, AgentClient agents) {
        this.agents = agents;
        this.parts = parts;
        this.usage = usage;
    }

    void register(@Observes Router router) {
        router.get("/api/v1/volumes").order(10).handler(this::list);
        router.get("/api/v1/volumes/:ref/archive").order(10).handler(StreamRoutes.refusing(this::backup));
        router.put("/api/v1/volumes/:ref/archive").order(10).handler(StreamRoutes.refusing(this::restore));
        router.get("/api/v1/volumes/:ref").order(10).handler(StreamRoutes.refusing(this::inspect));
    }

    private void list(RoutingContext context) {
        if (!context.queryParams().contains("usage")) {
            context.next();
            return;
        }
        try {
            boolean asked = "true".equals(QueryForm.read(context.queryParams(), LIST).get("usage"));
            String query = context.queryParams().entries().stream()
                    .filter(each -> !each.getKey().equals("usage"))
                    .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&"));
            context.request().resume();
            parts.list(Part.CONTAINER, "/volumes?" + query, VolumeView.class)
                    .compose(found -> asked ? usage.in(found) : Future.succeededFuture(found))
                    .onFailure(e -> GatewayProblems.answer(context.response(), e))
                    .onSuccess(all -> context.response().putHeader("Content-Type", "application/json").end(Json.write(new Items<>(all))));
        } catch (IllegalArgumentException e) {
            context.request().resume();
            GatewayProblems.answer(context.response(), e);
        }
    }

    private void inspect(RoutingContext context) {
        QueryForm.read(context.queryParams(), Map.of());
        context.request().resume();
        parts.get(Part.CONTAINER, "/volumes/" + URLEncoder.encode(context.pathParam("ref"), StandardCharsets.UTF_8), VolumeView.class)
                .compose(found -> usage.in(List.of(found)))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(all -> context.response().putHeader("Content-Type", "application/json").end(Json.write(all.getFirst())));
    }

    private void backup(RoutingContext context) {
        QueryForm.read(context.queryParams(), Map.of());
        context.request().resume();
        placed(context)
                .compose(volume -> agents.request(volume.node(), HttpMethod.GET, "/volumes/" + volume.id() + "/archive", null))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(tar -> ContainerFiles.pipe(tar, context.response().putHeader("Content-Type", "application/x-tar")));
    }

    private void restore(RoutingContext context) {
        QueryForm.read(context.queryParams(), Map.of());
        context.request().pause();
        placed(context)
                .compose(volume -> agents.upload(volume.node(), "/volumes/" + volume.id() + "/archive", context.request()))
                .onFailure(e -> {
                    // what is left of the body must not be taken for the next request
                    context.response().putHeader("Connection", "close");
                    GatewayProblems.answer(context.response(), e);
                })
                .onSuccess(_ -> context.response().setStatusCode(204).end());
    }

    private Future<VolumeView> placed(RoutingContext context) {
        return parts.get(Part.CONTAINER, "/volumes/" + URLEncoder.encode(context.pathParam("ref"), StandardCharsets.UTF_8), VolumeView.class)
                .map(volume -> {
                    if (volume.node() == null || volume.node().address() == null) {
                        throw new Refused(
                                ProblemType.CONFLICT, "volume '" + volume.name() + "' has no node yet", "make it with a node: gantry volume create --node NODE " + volume.name());
                    }
                    return volume;
                });
    }
}
