package io.gantry.gateway.route;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.kit.problem.Refused;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;

/** The public paths that go to a service. The gateway's own are registered before them. */
@ApplicationScoped
class ApiRoutes {
    static final int ORDER = 500;
    private static final Set<String> OWN = Set.of("/api/v1", "/api/v1/", "/api/v1/version");

    void register(@Observes Router router, Proxy proxy, ContainerReads reads) {
        router.route("/api/v1/*").order(ORDER).handler(context -> route(context, proxy, reads));
        router.route("/v2/*").order(ORDER).handler(context -> route(context, proxy, reads));
    }

    private static void route(RoutingContext context, Proxy proxy, ContainerReads reads) {
        String path = context.normalizedPath();
        if (OWN.contains(path)) {
            context.next();
            return;
        }
        RouteTable.find(context.request().method(), path, context.request().getParam("wait") != null)
                .ifPresentOrElse(target -> reads.read(context, path, () -> proxy.forward(context, target)), () -> GatewayProblems.answer(context.response(), none(path)));
    }

    private static Refused none(String path) {
        return path.equals("/api/v1/events")
                ? new Refused(ProblemType.METHOD_NOT_ALLOWED, "events are only read; there is GET", "events are made by what becomes true")
                : new Refused(ProblemType.NOT_FOUND, "there is no " + path, "GET /api/v1 lists what there is");
    }
}
