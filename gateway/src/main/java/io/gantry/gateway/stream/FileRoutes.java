package io.gantry.gateway.stream;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.PathStat;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.QueryForm;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;

/** Files of a container, whether it runs or not: in and out as a tar, the whole root, what it changed. Its node has them. */
@ApplicationScoped
class FileRoutes {
    private static final String CONTAINER = "/api/v1/containers/:ref";
    private final Containers containers;
    private final ContainerFiles files;

    @Inject
    FileRoutes(Containers containers, ContainerFiles files) {
        this.containers = containers;
        this.files = files;
    }

    void register(@Observes Router router) {
        router.route(HttpMethod.HEAD, CONTAINER + "/archive").order(10).handler(refusing(this::stat));
        router.get(CONTAINER + "/archive").order(10).handler(refusing(this::read));
        router.put(CONTAINER + "/archive").order(10).handler(refusing(this::write));
        router.get(CONTAINER + "/export").order(10).handler(refusing(this::export));
        router.get(CONTAINER + "/changes").order(10).handler(refusing(context -> told(context, files::changes)));
        router.get(CONTAINER + "/size").order(10).handler(refusing(context -> told(context, files::size)));
    }

    private static Handler<RoutingContext> refusing(Handler<RoutingContext> handler) {
        return context -> {
            try {
                handler.handle(context);
            } catch (IllegalArgumentException e) {
                context.response().putHeader("Connection", "close");
                GatewayProblems.answer(context.response(), e);
            }
        };
    }

    private void stat(RoutingContext context) {
        String path = path(context);
        containers.find(context.pathParam("ref"))
                .compose(container -> files.stat(container, path))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(stat -> context.response().putHeader(PathStat.HEADER, text(stat)).end());
    }

    private void read(RoutingContext context) {
        String path = path(context);
        tar(context, container -> files.read(container, path));
    }

    private void export(RoutingContext context) {
        QueryForm.read(context.queryParams(), Map.of());
        tar(context, files::export);
    }

    private interface Tar {
        Future<io.vertx.core.http.HttpClientResponse> of(ContainerView container);
    }

    private void tar(RoutingContext context, Tar tar) {
        HttpServerResponse response = context.response();
        containers.find(context.pathParam("ref")).compose(tar::of).onFailure(e -> GatewayProblems.answer(response, e)).onSuccess(answer -> {
            String stat = answer.getHeader(PathStat.HEADER);
            if (stat != null) {
                response.putHeader(PathStat.HEADER, stat);
            }
            response.putHeader("Content-Type", "application/x-tar");
            ContainerFiles.pipe(answer, response);
        });
    }

    private void write(RoutingContext context) {
        Map<String, String> query = QueryForm.read(context.queryParams(), Map.of("path", QueryForm.TEXT, "keepKinds", QueryForm.FLAG));
        context.request().pause();
        containers.find(context.pathParam("ref"))
                .compose(container -> files.write(container, query.getOrDefault("path", ""), "true".equals(query.get("keepKinds")), context.request()))
                .onFailure(e -> {
                    // what is left of the body must not be taken for the next request
                    context.response().putHeader("Connection", "close");
                    GatewayProblems.answer(context.response(), e);
                })
                .onSuccess(done -> context.response().setStatusCode(204).end());
    }

    private void told(RoutingContext context, Function<ContainerView, Future<?>> what) {
        QueryForm.read(context.queryParams(), Map.of());
        containers.find(context.pathParam("ref"))
                .compose(container -> what.apply(container))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(told -> context.response().putHeader("Content-Type", "application/json").end(Json.write(told)));
    }

    private static String path(RoutingContext context) {
        return QueryForm.read(context.queryParams(), Map.of("path", QueryForm.TEXT)).getOrDefault("path", "");
    }

    private static String text(PathStat stat) {
        return Base64.getUrlEncoder().encodeToString(Json.write(stat).getBytes(StandardCharsets.UTF_8));
    }
}
