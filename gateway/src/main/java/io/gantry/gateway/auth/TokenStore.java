package io.gantry.gateway.auth;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.TokenView;
import io.gantry.kit.problem.Refused;
import io.quarkus.hibernate.orm.PersistenceUnit;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
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
    Uni<Void> keep(Secret secret, TokenView view, boolean inFile) {
        String hash = secret.hash();
        return sessions.withTransaction(
                session ->
                        session.find(ApiToken.class, hash)
                                .chain(
                                        known ->
                                                known == null
                                                        ? session.persist(new ApiToken(hash, view, inFile))
                                                        : Uni.createFrom().voidItem()));
    }

    /** {@code null} for a token nobody was given. */
    Uni<ApiToken> find(String hash) {
        return sessions.withSession(session -> session.find(ApiToken.class, hash));
    }

    /** {@code null} for one that nobody was given. */
    Uni<ApiToken> findById(String id) {
        return sessions.withSession(session -> session.createSelectionQuery("from ApiToken where id = :id", ApiToken.class).setParameter("id", id).getSingleResultOrNull());
    }

    /** The newest first. */
    Uni<List<ApiToken>> all() {
        return sessions.withSession(session -> session.createSelectionQuery("from ApiToken order by createdAt desc, id", ApiToken.class).getResultList());
    }

    /** Those that nobody can call with any more. */
    Uni<Integer> forgetExpired(Instant now) {
        return sessions.withTransaction(session -> session.createMutationQuery("delete from ApiToken where expiresAt <= :now").setParameter("now", now).executeUpdate());
    }

    /** @return its hash; fails with NOT_FOUND, and with CONFLICT for one that would come back */
    Uni<String> revoke(String id) {
        return sessions.withTransaction(session -> session.createSelectionQuery("from ApiToken where id = :id", ApiToken.class)
                .setParameter("id", id)
                .getSingleResultOrNull()
                .chain(token -> {
                    if (token == null) {
                        throw new Refused(ProblemType.NOT_FOUND, "there is no token " + id, "gantry token ls lists them");
                    }
                    if (token.inFile) {
                        throw new Refused(
                                ProblemType.CONFLICT, "token " + id + " stands in the gateway's token file, which makes it valid again",
                                "remove the file and start the gateway anew: it makes another one; then take this one away");
                    }
                    return session.remove(token).replaceWith(token.hash);
                }));
    }
}
