package io.gantry.gateway.idempotency;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.gantry.contracts.envelope.Json;
import io.gantry.kit.outbox.OwnContext;
import io.gantry.kit.time.World;
import io.quarkus.hibernate.orm.PersistenceUnit;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/** Keys and the answers to what was asked with them, in PostgreSQL. */
@Singleton
class KeyStore {
    static final Duration KEPT = Duration.ofDays(1);

    /** Of two who come at once one inserts, and the other finds that. What is older than a day is as good as not there. */
    private static final String CLAIM =
            "insert into idempotent_request (principal, key, fingerprint, begun_at) values (:principal, :key, :fingerprint, :now)"
                    + " on conflict (principal, key) do update set fingerprint = excluded.fingerprint, begun_at = excluded.begun_at, status = null, headers = null, body = null"
                    + " where idempotent_request.begun_at < :old";

    private static final String FORGET = "delete from idempotent_request where begun_at < :old";
    private static final String LOOK = "select fingerprint, begun_at, status, headers, body from idempotent_request where principal = :principal and key = :key";
    private static final String KEEP =
            "update idempotent_request set status = :status, headers = :headers, body = :body where principal = :principal and key = :key and fingerprint = :fingerprint";
    private static final String RELEASE = "delete from idempotent_request where principal = :principal and key = :key and fingerprint = :fingerprint and status is null";

    /** @param fingerprint tells one request from another */
    record Use(String principal, String key, String fingerprint) {}

    private final Mutiny.SessionFactory sessions;
    private final World world;
    private final Vertx vertx;

    @Inject
    KeyStore(@PersistenceUnit("gateway") Mutiny.SessionFactory sessions, World world, Vertx vertx) {
        this.sessions = sessions;
        this.world = world;
        this.vertx = vertx;
    }

    Future<Claim> claim(Use use) {
        OffsetDateTime now = world.now().atOffset(ZoneOffset.UTC);
        return in(session -> session.createNativeQuery(CLAIM)
                .setParameter("principal", use.principal())
                .setParameter("key", use.key())
                .setParameter("fingerprint", use.fingerprint())
                .setParameter("now", now)
                .setParameter("old", now.minus(KEPT))
                .executeUpdate()
                .chain(made -> made == 1
                        ? session.createNativeQuery(FORGET).setParameter("old", now.minus(KEPT)).executeUpdate().replaceWith(new Claim.First())
                        : session.createNativeQuery(LOOK, Object[].class)
                                .setParameter("principal", use.principal())
                                .setParameter("key", use.key())
                                .getSingleResult()
                                .map(row -> found(use, row))));
    }

    private static Claim found(Use use, Object[] row) {
        Instant begun = row[1] instanceof OffsetDateTime time ? time.toInstant() : (Instant) row[1];
        if (!row[0].equals(use.fingerprint())) {
            return new Claim.Taken(begun);
        }
        return row[2] == null ? new Claim.Open(begun) : new Claim.Answered(new KeptAnswer((Integer) row[2], headers((String) row[3]), (String) row[4]));
    }

    private static Map<String, String> headers(String json) {
        try {
            return Json.mapper().readValue(json, new TypeReference<Map<String, String>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("kept headers can't be read", e);
        }
    }

    Future<Void> keep(Use use, KeptAnswer answer) {
        return in(session -> session.createNativeQuery(KEEP)
                .setParameter("status", answer.status())
                .setParameter("headers", Json.write(answer.headers()))
                .setParameter("body", answer.body())
                .setParameter("principal", use.principal())
                .setParameter("key", use.key())
                .setParameter("fingerprint", use.fingerprint())
                .executeUpdate()
                .replaceWithVoid());
    }

    /** Nothing was done: the key is free again. */
    Future<Void> release(Use use) {
        return in(session -> session.createNativeQuery(RELEASE)
                .setParameter("principal", use.principal())
                .setParameter("key", use.key())
                .setParameter("fingerprint", use.fingerprint())
                .executeUpdate()
                .replaceWithVoid());
    }

    /** Completes on the caller's context. */
    private <T> Future<T> in(Function<Mutiny.Session, Uni<T>> work) {
        Context caller = vertx.getOrCreateContext();
        return Future.fromCompletionStage(OwnContext.run(caller, () -> sessions.withTransaction(work)), caller);
    }
}
