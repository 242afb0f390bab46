package io.gantry.gateway.registry;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.auth.Tokens;
import io.gantry.gateway.registry.core.Access;
import io.gantry.gateway.registry.core.Pass;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Gives passes for API tokens, and knows them again. All gateways of an installation write them with one key, which is made of the secret that its services share. */
@Singleton
class Passes {
    /** A request is looked at when it begins; it may take as long as it takes. */
    static final Duration GOOD_FOR = Duration.ofMinutes(5);

    private static final String BEARER = "Bearer ";
    private final Tokens tokens;
    private final World world;
    private final byte[] key;

    @Inject
    Passes(Tokens tokens, World world, ServiceToken secret) {
        this.tokens = tokens;
        this.world = world;
        this.key = sha256("passes of the registry\n" + secret.header());
    }

    /** A pass, and when it was given. */
    record Given(String pass, Instant at) {}

    /**
     * For whoever shows an API token; fails with UNAUTHENTICATED. Within a scope it is for what is asked for, too: whose it is is known where it is used.
     *
     * @param header {@code Authorization}
     */
    Future<Given> give(String header, List<Access> asked) {
        return tokens.authenticate(header).compose(_ -> {
            Instant now = world.now().truncatedTo(ChronoUnit.SECONDS);
            return tokens.idOf(header).map(id -> new Given(new Pass(id, asked, now.plus(GOOD_FOR)).write(key), now));
        });
    }

    /** Empty if the header has no pass in it. */
    static Optional<String> in(String header) {
        return Optional.ofNullable(header).filter(given -> given.regionMatches(true, 0, BEARER, 0, BEARER.length())).map(given -> given.substring(BEARER.length()).strip()).filter(Pass::isPass);
    }

    /** Whose pass it is; fails with UNAUTHENTICATED if it has ended, is forged, isn't good for this, or its token is no more. */
    Future<Caller> check(String text, Optional<List<Access>> needed) {
        Optional<Pass> pass = Pass.read(key, text);
        if (pass.isEmpty()) {
            return refused("the pass is not valid");
        }
        if (!world.now().isBefore(pass.get().until())) {
            return refused("the pass has ended, at " + pass.get().until());
        }
        if (needed.isEmpty() || !pass.get().isGoodFor(needed.get())) {
            return refused("the pass is not good for this; it is for " + pass.get().access());
        }
        return tokens.certified(pass.get().token());
    }

    private static Future<Caller> refused(String why) {
        return Future.failedFuture(new Refused(ProblemType.UNAUTHENTICATED, why, "ask for another one"));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
