package io.gantry.gateway.route;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.kit.problem.Refused;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Nobody takes the gateway from all others: each token has its allowance, and hears in every answer what is left of it
 * (draft-ietf-httpapi-ratelimit-headers-10).
 */
@ApplicationScoped
class Rates {
    private static final int BEHIND_THE_GATE = 890;
    private static final int MOST = 10_000;
    private final RateConfig config;
    private final Function<RoutingContext, String> principal;
    private final String policy;
    private final Map<String, Allowance> allowances = new ConcurrentHashMap<>();

    @Inject
    Rates(RateConfig config) {
        this(config, Gate::principal);
    }

    /** @param principal who a request comes from, where it has no header that says so */
    Rates(RateConfig config, Function<RoutingContext, String> principal) {
        this.config = config;
        this.principal = principal;
        this.policy = "\"token\";q=" + config.burst() + ";w=" + window(config);
    }

    /** In whole seconds, until an empty allowance is full. */
    private static int window(RateConfig config) {
        return config.perSecond() == 0 ? 0 : Math.max(1, Math.ceilDiv(config.burst(), config.perSecond()));
    }

    void register(@Observes Filters filters) {
        if (config.perSecond() > 0) {
            filters.register(this::count, BEHIND_THE_GATE);
        }
    }

    void count(RoutingContext context) {
        if (!context.normalizedPath().startsWith("/api/v1")) {
            context.next();
            return;
        }
        long now = System.nanoTime();
        int left = allowance(context, now).take(now);
        context.response()
                .putHeader("RateLimit-Policy", policy)
                .putHeader("RateLimit", "\"token\";r=" + Math.max(0, left) + ";t=1");
        if (left >= 0) {
            context.next();
            return;
        }
        context.request().resume();
        context.response().putHeader("Retry-After", "1");
        GatewayProblems.answer(context.response(), new Refused(
                ProblemType.TOO_MANY_REQUESTS, "this token has asked for more than " + config.perSecond() + " things a second", "wait a second; gantry.rate.per-second sets the limit"));
    }

    private Allowance allowance(RoutingContext context, long now) {
        String header = context.request().getHeader("Authorization");
        if (allowances.size() >= MOST) {
            allowances.values().removeIf(each -> each.isFull(now));
        }
        return allowances.computeIfAbsent(header == null ? principal.apply(context) : header, _ -> new Allowance(config.perSecond(), config.burst(), now));
    }
}
