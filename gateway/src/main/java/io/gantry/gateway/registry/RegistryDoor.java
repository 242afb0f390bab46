package io.gantry.gateway.registry;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.auth.Tokens;
import io.gantry.gateway.registry.core.Access;
import io.gantry.kit.problem.Refused;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Lets registry clients in, by an API token or by a pass, and tells the others in their own words how to come in. */
@Singleton
public class RegistryDoor {
    static final String TOKEN = "/v2/token";
    static final String SERVICE = "gantry";
    private final Tokens tokens;
    private final Passes passes;

    @Inject
    RegistryDoor(Tokens tokens, Passes passes) {
        this.tokens = tokens;
        this.passes = passes;
    }

    /** @param path normalized */
    public static boolean leadsTo(String path) {
        return path.equals("/v2") || path.startsWith("/v2/");
    }

    /** Where passes are given: who comes there is asked there who they are. */
    public static boolean isOpen(String path) {
        return path.equals(TOKEN);
    }

    /** Fails with UNAUTHENTICATED. */
    public Future<Caller> authenticate(RoutingContext context) {
        String header = context.request().getHeader("Authorization");
        return Passes.in(header).map(pass -> passes.check(pass, needed(context))).orElseGet(() -> tokens.authenticate(header));
    }

    /**
     * 401 with both ways, each in a header of its own, the better one first: who knows passes asks for one, who knows basic authentication alone finds that. OCI distribution
     * specification, "Error Codes"; distribution, "Token Authentication".
     */
    public void refuse(RoutingContext context, Refused why) {
        HttpServerResponse response = context.response();
        String scope = needed(context).orElse(List.of()).stream().map(Access::toString).collect(Collectors.joining(" "));
        String bearer = "Bearer realm=\"" + origin(context.request()) + TOKEN + "\",service=\"" + SERVICE + "\"" + (scope.isEmpty() ? "" : ",scope=\"" + scope + "\"");
        boolean narrow = Passes.in(context.request().getHeader("Authorization")).isPresent();
        response.headers().add("WWW-Authenticate", narrow ? bearer + ",error=\"insufficient_scope\"" : bearer).add("WWW-Authenticate", "Basic realm=\"gantry\"");
        answer(response, 401, "UNAUTHORIZED", why);
    }

    static void answer(HttpServerResponse response, int status, String code, Refused why) {
        response.setStatusCode(status)
                .putHeader("Docker-Distribution-Api-Version", "registry/2.0")
                .putHeader("Content-Type", "application/json")
                .end(Json.write(Map.of("errors", List.of(Map.of("code", code, "message", String.valueOf(why.getMessage()))))));
    }

    static boolean isNobody(Throwable e) {
        return e instanceof Refused refused && refused.refusal().type() == ProblemType.UNAUTHENTICATED;
    }

    private static Optional<List<Access>> needed(RoutingContext context) {
        HttpServerRequest request = context.request();
        try {
            // as image-service reads it
            String path = QueryStringDecoder.decodeComponent(context.normalizedPath());
            String from = request.getParam("mount") == null ? null : request.getParam("from");
            return Access.neededFor(request.method().name(), path, from).filter(all -> all.stream().noneMatch(one -> one.toString().matches(".*[\"\\\\\\s].*")));
        } catch (IllegalArgumentException badEncoding) {
            return Optional.empty();
        }
    }

    /** As the client wrote it; what speaks TLS in front of us says so. */
    private static String origin(HttpServerRequest request) {
        boolean tls = request.isSSL() || "https".equals(request.getHeader("X-Forwarded-Proto"));
        return (tls ? "https://" : "http://") + (request.authority() == null ? request.localAddress().toString() : request.authority().toString());
    }
}
