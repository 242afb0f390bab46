package io.gantry.gateway.openapi;

import io.gantry.contracts.api.OpenApi;
import io.gantry.contracts.api.Operations;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.QueryForm;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;

/** {@code GET /api/v1/openapi.json}. Made when it is first asked for: a start needs none. */
@ApplicationScoped
class OpenApiRoute {
    private static final class Document {
        private static final Buffer TEXT = Buffer.buffer(OpenApi.document(Operations.all()).toString());
    }

    void register(@Observes Router router) {
        router.get("/api/v1/openapi.json").order(10).blockingHandler(OpenApiRoute::show, false);
    }

    private static void show(RoutingContext context) {
        context.request().resume();
        try {
            QueryForm.read(context.queryParams(), Map.of());
            context.response().putHeader("Content-Type", "application/json").end(Document.TEXT);
        } catch (IllegalArgumentException e) {
            GatewayProblems.answer(context.response(), e);
        }
    }
}
