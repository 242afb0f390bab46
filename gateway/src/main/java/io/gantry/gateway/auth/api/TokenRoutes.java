package io.gantry.gateway.auth.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.TokenRequest;
import io.gantry.gateway.auth.Tokens;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.QueryForm;
import io.gantry.gateway.route.SmallBody;
import io.gantry.kit.problem.Refused;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Map;

/** {@code /api/v1/tokens}: who may call. A caller with a scope doesn't come here. */
@ApplicationScoped
class TokenRoutes {
    private static final String TOKENS = "/api/v1/tokens";
    private static final int LARGEST = 1 << 16;
    private final Tokens tokens;
    private final ObjectMapper json;

    @Inject
    TokenRoutes(Tokens tokens, ObjectMapper json) {
        this.tokens = tokens;
        this.json = json;
    }

    void register(@Observes Router router) {
        router.post(TOKENS).order(10).handler(refusing(this::make));
        router.get(TOKENS).order(10).handler(refusing(this::list));
        router.delete(TOKENS + "/:id").order(10).handler(refusing(this::revoke));
    }

    private static Handler<RoutingContext> refusing(Handler<RoutingContext> handler) {
        return context -> {
            try {
                QueryForm.read(context.queryParams(), Map.of());
                handler.handle(context);
            } catch (IllegalArgumentException e) {
                context.request().resume();
                GatewayProblems.answer(context.response(), e);
            }
        };
    }

    private void make(RoutingContext context) {
        SmallBody.read(context.request(), LARGEST)
                .map(this::request)
                .compose(tokens::make)
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                // what is in it is good for everything it is for
                .onSuccess(made -> context.response().setStatusCode(201).putHeader("Content-Type", "application/json").putHeader("Cache-Control", "no-store").end(Json.write(made)));
    }

    /** As the services read their bodies. */
    private TokenRequest request(Buffer body) {
        try {
            TokenRequest read = body.length() == 0 ? null : json.readValue(body.toString(), TokenRequest.class);
            if (read == null) {
                throw new Refused(ProblemType.INVALID_FIELD, "the body is empty", "send {\"principal\": \"ci\"}");
            }
            return read;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    private void list(RoutingContext context) {
        context.request().resume();
        tokens.all()
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(all -> context.response().putHeader("Content-Type", "application/json").end(Json.write(new Items<>(all))));
    }

    private void revoke(RoutingContext context) {
        context.request().resume();
        tokens.revoke(context.pathParam("id"))
                .onFailure(e -> GatewayProblems.answer(context.response(), e))
                .onSuccess(_ -> context.response().setStatusCode(204).end());
    }
}
