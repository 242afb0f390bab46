package io.gantry.kit.auth;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.regex.Pattern;

/** Nobody calls a service's internal REST ({@code /<service>-service/…}) without the service token. */
@ApplicationScoped
class ServiceGate {
    private static final Pattern INTERNAL = Pattern.compile("^/+(image|container|network|scheduler)-service(/.*)?$");
    private static final int BEFORE_EVERYTHING = 1000;

    void register(@Observes Filters filters, ServiceToken token) {
        filters.register(context -> check(context, token), BEFORE_EVERYTHING);
    }

    private static void check(RoutingContext context, ServiceToken token) {
        if (!INTERNAL.matcher(context.normalizedPath()).matches()) {
            context.next();
        } else if (!token.matches(context.request().getHeader("Authorization"))) {
            refuse(context, Problem.of(ProblemType.UNAUTHENTICATED, "this is for Gantry's own services; use /api/v1 with your token"));
        } else if (context.request().uri().contains("%00")) {
            // which no column takes
            refuse(context, Problem.of(ProblemType.BAD_REQUEST, "the path or query has the character U+0000: no name here can hold it"));
        } else {
            context.next();
        }
    }

    private static void refuse(RoutingContext context, Problem problem) {
        context.response()
                .setStatusCode(problem.status())
                .putHeader("Content-Type", Problem.CONTENT_TYPE)
                .end(Json.write(problem));
    }
}
