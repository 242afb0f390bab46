package io.gantry.gateway.registry;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.gateway.registry.core.Access;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.SmallBody;
import io.gantry.kit.problem.Refused;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code /v2/token}: passes. By GET with basic authentication as distribution's token authentication has it, and by POST with a name and a password in the form as its OAuth2 has it. What is
 * asked for by {@code scope}, several times or with blanks between, is what the pass is good for.
 */
@ApplicationScoped
class PassRoutes {
    private static final int ORDER = 10;
    private static final int LARGEST = 1 << 16;
    private static final int MOST_SCOPES = 50;
    private final Passes passes;

    @Inject
    PassRoutes(Passes passes) {
        this.passes = passes;
    }

    void register(@Observes Router router) {
        router.route(RegistryDoor.TOKEN).order(ORDER).handler(this::handle);
    }

    private void handle(RoutingContext context) {
        HttpMethod method = context.request().method();
        if (method.equals(HttpMethod.GET)) {
            context.request().resume();
            give(context, context.request().getHeader("Authorization"), context.queryParam("scope"));
        } else if (method.equals(HttpMethod.POST)) {
            SmallBody.read(context.request(), LARGEST).onSuccess(body -> byForm(context, body.toString())).onFailure(e -> GatewayProblems.answer(context.response(), e));
        } else {
            context.request().resume();
            GatewayProblems.answer(context.response(), new Refused(ProblemType.METHOD_NOT_ALLOWED, "there are GET and POST", null));
        }
    }

    private void byForm(RoutingContext context, String form) {
        Map<String, List<String>> given;
        try {
            given = new QueryStringDecoder(form, StandardCharsets.UTF_8, false).parameters();
        } catch (IllegalArgumentException e) {
            GatewayProblems.answer(context.response(), new Refused(ProblemType.BAD_REQUEST, "the form is not encoded as forms are: " + e.getMessage(), null));
            return;
        }
        String kind = first(given, "grant_type");
        if (!kind.equals("password")) {
            // RFC 6749, 5.2
            context.response().setStatusCode(400).putHeader("Content-Type", "application/json")
                    .end(Json.write(Map.of("error", "unsupported_grant_type", "error_description", "there is grant_type=password, got '" + kind + "'")));
            return;
        }
        String pair = first(given, "username") + ":" + first(given, "password");
        give(context, "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)), given.getOrDefault("scope", List.of()));
    }

    private static String first(Map<String, List<String>> form, String name) {
        return form.getOrDefault(name, List.of("")).getFirst();
    }

    private void give(RoutingContext context, String header, List<String> scopes) {
        List<Access> asked = new ArrayList<>();
        scopes.stream().flatMap(one -> List.of(one.split(" ")).stream()).limit(MOST_SCOPES).forEach(one -> Access.parse(one).ifPresent(asked::add));
        passes.give(header, asked).onSuccess(given -> answer(context, given, asked)).onFailure(e -> fail(context, e));
    }

    private static void answer(RoutingContext context, Passes.Given given, List<Access> asked) {
        Map<String, Object> body = new LinkedHashMap<>();
        // two names for two specifications
        body.put("token", given.pass());
        body.put("access_token", given.pass());
        body.put("expires_in", Passes.GOOD_FOR.toSeconds());
        body.put("issued_at", given.at().toString());
        body.put("scope", String.join(" ", asked.stream().map(Access::toString).toList()));
        context.response().putHeader("Content-Type", "application/json").putHeader("Cache-Control", "no-store").end(Json.write(body));
    }

    private static void fail(RoutingContext context, Throwable e) {
        if (RegistryDoor.isNobody(e)) {
            context.response().putHeader("WWW-Authenticate", "Basic realm=\"gantry\"");
            RegistryDoor.answer(context.response(), 401, "UNAUTHORIZED", (Refused) e);
        } else {
            GatewayProblems.answer(context.response(), e);
        }
    }
}
