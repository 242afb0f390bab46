package io.gantry.gateway.route;

import io.gantry.contracts.id.Ids;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.auth.Tokens;
import io.gantry.gateway.registry.RegistryDoor;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.regex.Pattern;

/** Nothing but health is answered to nobody: every request gets an id, and needs a token. */
@ApplicationScoped
public class Gate {
    private static final int AFTER_THE_SERVICES_OWN = 900;
    private static final String CALLER = "gantry.caller";
    private static final String REQUEST_ID = "gantry.request-id";
    private static final Pattern GOOD_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern OPEN = Pattern.compile("/q/health(/.*)?");
    /** These have the service token's gate in front of them. */
    private static final Pattern INTERNAL = Pattern.compile("/(image|container|network|scheduler)-service(/.*)?");

    void register(@Observes Filters filters, Tokens tokens, RegistryDoor registry, ScopedApi scopes, World world) {
        filters.register(context -> check(context, tokens, registry, scopes, world), AFTER_THE_SERVICES_OWN);
    }

    /** What no route can be found for, since its path can't be read, comes past the gate. */
    void register(@Observes Router router, World world) {
        router.errorHandler(400, context -> {
            if (!context.response().headWritten()) {
                refuse(context, ControlCharacters.in(context.request().uri()).orElse("the request can't be read"), world);
            }
        });
    }

    private static void refuse(RoutingContext context, String why, World world) {
        name(context, world);
        GatewayProblems.answer(context.response(), new Refused(ProblemType.BAD_REQUEST, why, null));
    }

    public static String principal(RoutingContext context) {
        return caller(context).principal();
    }

    /** One for each principal and scope. */
    public static String identity(RoutingContext context) {
        Caller caller = caller(context);
        return caller.scope().map(scope -> caller.principal() + " in " + scope).orElse(caller.principal());
    }

    public static Caller caller(RoutingContext context) {
        return context.get(CALLER);
    }

    public static String requestId(RoutingContext context) {
        return context.get(REQUEST_ID);
    }

    private static void check(RoutingContext context, Tokens tokens, RegistryDoor registry, ScopedApi scopes, World world) {
        Strangers.welcome(context.request().connection());
        SilentMachines.ask(context.request().connection());
        HttpServerRequest request = context.request();
        var wrong = ControlCharacters.in(request.uri());
        if (wrong.isPresent()) {
            refuse(context, wrong.get(), world);
            return;
        }
        String path = context.normalizedPath();
        if (ScopedApi.admitted(context) || OPEN.matcher(path).matches() || INTERNAL.matcher(path).matches() || RegistryDoor.isOpen(path)) {
            context.next();
            return;
        }
        name(context, world);
        request.pause();
        boolean forRegistry = RegistryDoor.leadsTo(path);
        (forRegistry ? registry.authenticate(context) : tokens.authenticate(request.getHeader("Authorization")))
                .onSuccess(caller -> {
                    context.put(CALLER, caller);
                    if (caller.scoped()) {
                        scopes.admit(context, caller);
                    } else {
                        context.next();
                    }
                })
                .onFailure(e -> {
                    request.resume();
                    if (forRegistry && e instanceof Refused refused) {
                        registry.refuse(context, refused);
                    } else {
                        GatewayProblems.answer(context.response(), e);
                    }
                });
    }

    private static void name(RoutingContext context, World world) {
        String given = context.request().getHeader("X-Request-Id");
        String id = given != null && GOOD_ID.matcher(given).matches() ? given : Ids.uuid7(world.now(), world.random()).toString();
        context.put(REQUEST_ID, id);
        context.response().putHeader("X-Request-Id", id);
    }
}
