package io.gantry.gateway.idempotency;

import io.gantry.contracts.api.Operation;
import io.gantry.contracts.api.Operations;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.gateway.route.Gate;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.SmallBody;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.problem.Refused;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jboss.logging.Logger;

/**
 * {@code Idempotency-Key} of a POST: the first with a key is done, and whoever sends the same with the same key within a day gets its answer. What was
 * begun and of which no end is known, since it goes on or its gateway ended, isn't done again: only the caller can see whether it was done.
 *
 * <p>The request is sent once more to the gateway itself, without the key: whatever serves it needs to know nothing of keys, and it goes on when its
 * caller has gone.
 */
@ApplicationScoped
class IdempotentRequests {
    static final String KEY = "Idempotency-Key";
    static final String REPLAYED = "Idempotency-Replayed";
    private static final Logger LOG = Logger.getLogger(IdempotentRequests.class);
    private static final String API = "/api/v1";
    private static final Pattern GOOD = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final int MOST = 4 << 20;
    private static final Set<String> WITHOUT =
            Operations.all().stream().filter(one -> one.method().equals("POST") && !one.keyed()).map(Operation::path).collect(Collectors.toSet());
    private final KeyStore store;
    private final OnceMore onceMore;
    private final SecretKeySpec secret;

    @Inject
    IdempotentRequests(KeyStore store, OnceMore onceMore, ServiceToken token) {
        this.store = store;
        this.onceMore = onceMore;
        this.secret = new SecretKeySpec(token.header().getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    void register(@Observes Router router) {
        router.post(API + "/*").order(5).handler(this::handle);
    }

    private void handle(RoutingContext context) {
        String key = context.request().getHeader(KEY);
        if (key == null) {
            context.next();
            return;
        }
        try {
            check(context.normalizedPath().substring(API.length()), key);
        } catch (BadField e) {
            context.response().putHeader("Connection", "close");
            GatewayProblems.answer(context.response(), e);
            return;
        }
        HttpServerRequest request = context.request();
        SmallBody.read(request, MOST)
                .compose(body -> {
                    KeyStore.Use use = new KeyStore.Use(Gate.identity(context), key, fingerprint(request, body));
                    return store.claim(use).compose(claim -> answer(context, use, claim, body));
                })
                .onSuccess(kept -> send(context.response(), kept))
                .onFailure(e -> GatewayProblems.answer(context.response(), e));
    }

    private static void check(String path, String key) {
        if (WITHOUT.contains(path)) {
            throw new BadField(KEY, "there is no " + KEY + " for this: what it takes or answers isn't kept", "leave it out");
        }
        if (!GOOD.matcher(key).matches()) {
            throw new BadField(KEY, KEY + " is 1 to 255 visible characters of ASCII", "take a new UUID for each thing that shall be done once");
        }
    }

    private Future<KeptAnswer> answer(RoutingContext context, KeyStore.Use use, Claim claim, Buffer body) {
        return switch (claim) {
            case Claim.First() -> onceMore.send(context, body).compose(answer -> ended(use, answer));
            case Claim.Answered(var answer) -> {
                context.response().putHeader(REPLAYED, "true");
                yield Future.succeededFuture(answer);
            }
            case Claim.Open(var begun) -> {
                context.response().putHeader("Retry-After", "1");
                yield Future.failedFuture(new Refused(
                        ProblemType.CONFLICT, "the same was asked with this key at " + begun + ", and there is no answer yet",
                        "it may go on, or have been cut off with its gateway: look whether it was done before you ask with another key"));
            }
            case Claim.Taken(var begun) -> Future.failedFuture(new Refused(
                    ProblemType.KEY_REUSED, "something else was asked with this key at " + begun, "take a new key for each thing that shall be done once"));
        };
    }

    /** The answer is kept before anybody hears it. */
    private Future<KeptAnswer> ended(KeyStore.Use use, OnceMore.Answer answer) {
        KeptAnswer kept = answer.kept();
        Future<Void> remembered =
                switch (answer.outcome()) {
                    case KNOWN -> store.keep(use, kept);
                    case UNDONE -> store.release(use);
                    case UNKNOWN -> Future.succeededFuture();
                };
        return remembered
                .recover(e -> {
                    LOG.warnf("the answer to what was asked with an idempotency key can't be kept: %s", e.getMessage());
                    return Future.succeededFuture();
                })
                .map(kept);
    }

    private static void send(HttpServerResponse response, KeptAnswer kept) {
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(kept.status());
        kept.headers().forEach(response::putHeader);
        response.end(kept.body());
    }

    /** By the service token: of a short secret in a body even the hash must not be known. */
    private String fingerprint(HttpServerRequest request, Buffer body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            mac.update((request.method() + " " + request.uri() + "\n").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(body.getBytes()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
