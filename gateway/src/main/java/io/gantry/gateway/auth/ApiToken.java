package io.gantry.gateway.auth;

import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.view.TokenView;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "api_token")
class ApiToken {
    @Id String hash;

    String id;

    String principal;

    /** As {@link Scope} writes it; {@code null} for all of the platform. */
    String scope;

    @Column(name = "created_at")
    Instant createdAt;

    /** {@code null} for never. */
    @Column(name = "expires_at")
    Instant expiresAt;

    /** It would be made valid again by the next start. */
    @Column(name = "in_file")
    boolean inFile;

    ApiToken() {}

    ApiToken(String hash, TokenView view, boolean inFile) {
        this.hash = hash;
        this.id = view.id();
        this.principal = view.principal();
        this.scope = view.scope() == null ? null : view.scope().toString();
        this.createdAt = view.createdAt();
        this.expiresAt = view.expiresAt();
        this.inFile = inFile;
    }

    /** Without the token itself, which nobody knows any more. */
    TokenView view() {
        return new TokenView(id, principal, scope == null ? null : Scope.parse(scope), createdAt, expiresAt, null, null);
    }

    boolean expired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }
}
