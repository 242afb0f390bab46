package io.gantry.gateway.stream;

import com.fasterxml.jackson.databind.JavaType;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.VolumeView;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.route.QueryForm;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.select.FieldSelection;
import io.gantry.kit.select.Fields;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.reflect.Type;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Volumes with what lies in them, which only their nodes know. Everything else about them is container-service's. */
@ApplicationScoped
class VolumeRoutes {
    private static final String USAGE = "usage";
    private static final String FIELDS = FieldSelection.PARAMETER;
    private static final JavaType VOLUMES = Json.mapper().getTypeFactory().constructParametricType(Items.class, VolumeView.class);
    private static final Map<String, QueryForm> LIST = Map.of(
            USAGE, QueryForm.FLAG, "label", QueryForm.TEXT, "unused", QueryForm.FLAG, "name", QueryForm.TEXT, "node", QueryForm.TEXT, "limit", QueryForm.TEXT,
            "cursor", QueryForm.TEXT, FIELDS, QueryForm.TEXT);
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
        if (!context.queryParams().contains(USAGE)) {
            context.next();
            return;
        }
        try {
            Map<String, String> read = QueryForm.read(context.queryParams(), LIST);
            boolean asked = "true".equals(read.get(USAGE));
            Function<Object, Object> chosen = chosen(read.get(FIELDS), VOLUMES);
            String query = context.queryParams().entries().stream()
                    .filter(each -> !each.getKey().equals(USAGE) && !each.getKey().equals(FIELDS))
                    .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&"));
            context.request().resume();
            parts.get(Part.CONTAINER, "/volumes?" + query)
                    .map(json -> Json.mapper().<Items<VolumeView>>convertValue(json, VOLUMES))
                    .compose(found -> asked ? usage.in(found.items()).map(used -> new Items<>(used, found.next())) : Future.succeededFuture(found))
                    .onFailure(e -> GatewayProblems.answer(context.response(), e))
                    .onSuccess(all -> context.response().putHeader("Content-Type", "application/json").end(Json.write(chosen.apply(all))));
        } catch (IllegalArgumentException e) {
            context.request().resume();
            GatewayProblems.answer(context.response(), e);
        }
    }

    private void inspect(RoutingContext context) {
        Function<Object, Object> chosen = chosen(QueryForm.read(context.queryParams(), Map.of(FIELDS, QueryForm.TEXT)).get(FIELDS), VolumeView.class);
        context.request().resume();
        parts.get(Part.CONTAINER, "/volumes/" + URLEncoder.encode(context.pathParam("ref"), StandardCharsets.UTF_8), VolumeView.class)
                .compose(found -> usage.in(List.of(found)))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(all -> context.response().putHeader("Content-Type", "application/json").end(Json.write(chosen.apply(all.getFirst()))));
    }

    /** @param fields {@code null} are all */
    private static Function<Object, Object> chosen(String fields, Type answer) {
        return fields == null ? all -> all : new Fields(fields, answer)::of;
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
