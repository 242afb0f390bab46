package io.gantry.gateway.auth;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.kit.outbox.OwnContext;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Who a request comes from. A token is looked up once and then believed for {@link #BELIEVED}, so that calls don't wait for PostgreSQL. */
@Singleton
public class Tokens {
    private static final Duration BELIEVED = Duration.ofSeconds(10);
    private static final int MOST = 10_000;

    private record Known(String principal, Instant until) {}

    private final TokenStore store;
    private final World world;
    private final Vertx vertx;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    @Inject
    Tokens(TokenStore store, World world, Vertx vertx) {
        this.store = store;
        this.world = world;
        this.vertx = vertx;
    }

    /**
     * The principal behind an {@code Authorization} header; fails with UNAUTHENTICATED. Completes on the caller's context, at once
     * when the token is known.
     */
    public Future<String> authenticate(String header) {
        var secret = Secret.from(header);
        if (secret.isEmpty()) {
            return Future.failedFuture(
                    new Refused(ProblemType.UNAUTHENTICATED, "a token is needed", "send Authorization: Bearer <token>"));
        }
        String hash = secret.get().hash();
        Known cached = known.get(hash);
        if (cached != null && world.now().isBefore(cached.until())) {
            return Future.succeededFuture(cached.principal());
        }
        return lookUp(hash);
    }

    private Future<String> lookUp(String hash) {
        Promise<String> promise = Promise.promise();
        Context caller = vertx.getOrCreateContext();
        OwnContext.on(caller).runOnContext(v -> store.principal(hash)
                .subscribe()
                .with(
                        principal -> caller.runOnContext(w -> answer(promise, hash, principal)),
                        e -> caller.runOnContext(w -> promise.fail(e))));
        return promise.future();
    }

    private void answer(Promise<String> promise, String hash, String principal) {
        if (principal == null) {
            known.remove(hash);
            promise.fail(new Refused(ProblemType.UNAUTHENTICATED, "the token is not valid", "use the one in the gateway's token file"));
            return;
        }
        if (known.size() >= MOST) {
            known.clear();
        }
        known.put(hash, new Known(principal, world.now().plus(BELIEVED)));
        promise.complete(principal);
    }
}
