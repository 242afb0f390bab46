package io.gantry.gateway.auth;

import io.quarkus.hibernate.orm.PersistenceUnit;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import org.hibernate.reactive.mutiny.Mutiny;

/** API tokens in PostgreSQL. */
@Singleton
class TokenStore {
    private final Mutiny.SessionFactory sessions;

    @Inject
    TokenStore(@PersistenceUnit("gateway") Mutiny.SessionFactory sessions) {
        this.sessions = sessions;
    }

    /** Idempotent. */
    Uni<Void> keep(Secret secret, String principal, Instant now) {
        String hash = secret.hash();
        return sessions.withTransaction(
                session ->
                        session.find(ApiToken.class, hash)
                                .chain(
                                        known ->
                                                known == null
                                                        ? session.persist(new ApiToken(hash, principal, now))
                                                        : Uni.createFrom().voidItem()));
    }

    /** {@code null} for a token nobody was given. */
    Uni<String> principal(String hash) {
        return sessions.withSession(session -> session.find(ApiToken.class, hash)).map(token -> token == null ? null : token.principal);
    }
}
