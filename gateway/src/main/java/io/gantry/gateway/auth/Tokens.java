package io.gantry.gateway.auth;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.view.ClientCertificate;
import io.gantry.contracts.view.ClientCertificateRequest;
import io.gantry.contracts.view.TokenRequest;
import io.gantry.contracts.view.TokenView;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.kit.outbox.OwnContext;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Who a request comes from, and who may call at all. A token is looked up once and then believed for {@link #BELIEVED}, so that calls don't wait for
 * PostgreSQL: so long a revoked one may still be taken by other gateways than the one that revoked it.
 */
@Singleton
public class Tokens {
    private static final Duration BELIEVED = Duration.ofSeconds(10);
    private static final int MOST = 10_000;

    private record Known(Caller caller, String id, Instant until) {}

    private final TokenStore store;
    private final PartClient parts;
    private final World world;
    private final Vertx vertx;
    private final RandomGenerator random = new SecureRandom();
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    @Inject
    Tokens(TokenStore store, PartClient parts, World world, Vertx vertx) {
        this.store = store;
        this.parts = parts;
        this.world = world;
        this.vertx = vertx;
    }

    /**
     * The caller behind an {@code Authorization} header; fails with UNAUTHENTICATED. Completes on the caller's context, at once
     * when the token is known.
     */
    public Future<Caller> authenticate(String header) {
        return behind(header).map(Known::caller);
    }

    /** The id of the token in an {@code Authorization} header; as {@link #authenticate}. */
    public Future<String> idOf(String header) {
        return behind(header).map(Known::id);
    }

    private Future<Known> behind(String header) {
        var secret = Secret.from(header);
        if (secret.isEmpty()) {
            return Future.failedFuture(
                    new Refused(ProblemType.UNAUTHENTICATED, "a token is needed", "send Authorization: Bearer <token>"));
        }
        String hash = secret.get().hash();
        return believed(hash, () -> store.find(hash));
    }

    /** The caller behind a certificate, which goes with the token of that id; fails with UNAUTHENTICATED if there is none any more. */
    public Future<Caller> certified(String id) {
        return believed(id, () -> store.findById(id)).map(Known::caller);
    }

    private Future<Known> believed(String key, Supplier<Uni<ApiToken>> question) {
        Known cached = known.get(key);
        return cached != null && world.now().isBefore(cached.until())
                ? Future.succeededFuture(cached)
                : asked(question).map(token -> believe(key, token));
    }

    /** The one answer that has the token itself. */
    public Future<TokenView> make(TokenRequest request) {
        Secret secret = Secret.random(random);
        Instant now = world.now().truncatedTo(ChronoUnit.MILLIS);
        TokenView view = new TokenView(
                Ids.uuid7(now, world.random()).toString(), request.principal(), request.scope(), now,
                request.validFor() == null ? null : now.plus(request.validFor()), secret.value(), null);
        return (request.certificate() ? certified(view, request.validFor()) : Future.succeededFuture(view))
                .compose(whole -> asked(() -> store.forgetExpired(now).chain(() -> store.keep(secret, view, false))).map(whole));
    }

    private Future<TokenView> certified(TokenView view, Duration validFor) {
        return parts.call(Part.CONTAINER, HttpMethod.POST, "/client-certificates", new ClientCertificateRequest(view.id(), validFor), view.principal())
                .map(made -> new TokenView(
                        view.id(), view.principal(), view.scope(), view.createdAt(), view.expiresAt(), view.token(), Json.mapper().convertValue(made, ClientCertificate.class)));
    }

    public Future<List<TokenView>> all() {
        return asked(store::all).map(found -> found.stream().map(ApiToken::view).toList());
    }

    /** Fails with NOT_FOUND; and with CONFLICT for the one in the token file. */
    public Future<Void> revoke(String id) {
        return asked(() -> store.revoke(id)).map(hash -> {
            known.remove(hash);
            known.remove(id);
            return null;
        });
    }

    private <T> Future<T> asked(Supplier<Uni<T>> question) {
        Context caller = vertx.getOrCreateContext();
        return Future.fromCompletionStage(OwnContext.run(caller, question), caller);
    }

    private Known believe(String key, ApiToken token) {
        Instant now = world.now();
        if (token == null || token.expired(now)) {
            known.remove(key);
            throw new Refused(
                    ProblemType.UNAUTHENTICATED, token == null ? "the token is not valid" : "the token has expired, at " + token.expiresAt,
                    "use the one in the gateway's token file, or have one made by gantry token create");
        }
        if (known.size() >= MOST) {
            known.clear();
        }
        Caller caller = new Caller(token.principal, Optional.ofNullable(token.scope).map(Scope::parse));
        Instant until = now.plus(BELIEVED);
        Known believed = new Known(caller, token.id, token.expiresAt != null && token.expiresAt.isBefore(until) ? token.expiresAt : until);
        known.put(key, believed);
        return believed;
    }
}
