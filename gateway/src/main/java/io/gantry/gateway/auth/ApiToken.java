package io.gantry.gateway.auth;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "api_token")
class ApiToken {
    @Id String hash;

    String principal;

    @Column(name = "created_at")
    Instant createdAt;

    ApiToken() {}

    ApiToken(String hash, String principal, Instant createdAt) {
        this.hash = hash;
        this.principal = principal;
        this.createdAt = createdAt;
    }
}
