package io.gantry.container.link;

import io.gantry.container.lifecycle.store.ContainerTransactions;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;

/** Join tokens' secrets, kept as hashes: each can be used once, until it expires. */
@Singleton
class JoinTokens {
    private final ContainerTransactions transactions;
    private final World world;

    @Inject
    JoinTokens(ContainerTransactions transactions, World world) {
        this.transactions = transactions;
        this.world = world;
    }

    Uni<Void> remember(String secret, Instant expiresAt) {
        return transactions.in(transaction -> transaction
                .session()
                .createNativeQuery("insert into join_tokens (hash, expires_at) values (:hash, :expires)")
                .setParameter("hash", hash(secret))
                .setParameter("expires", expiresAt.atOffset(ZoneOffset.UTC))
                .executeUpdate()
                .replaceWithVoid());
    }

    /** Uses the token up and remembers the certificate it was used for. */
    Uni<Void> use(String secret, NodeId node, String name, X509Certificate certificate) {
        return transactions.in(transaction -> transaction
                .session()
                .createNativeQuery("update join_tokens set used_at = :now, used_by = :node"
                        + " where hash = :hash and used_at is null and expires_at > :now")
                .setParameter("now", world.now().atOffset(ZoneOffset.UTC))
                .setParameter("node", node.value())
                .setParameter("hash", hash(secret))
                .executeUpdate()
                .invoke(used -> {
                    if (used != 1) {
                        throw new Refused(
                                ProblemType.UNAUTHENTICATED,
                                "this join token is unknown, used or expired",
                                "make a new one: gantry node token");
                    }
                })
                .chain(() -> transaction
                        .session()
                        .createNativeQuery("insert into certificates (serial, node, name, issued_at, not_after)"
                                + " values (:serial, :node, :name, :issued, :until)")
                        .setParameter("serial", certificate.getSerialNumber().toString(16))
                        .setParameter("node", node.value())
                        .setParameter("name", name)
                        .setParameter("issued", world.now().atOffset(ZoneOffset.UTC))
                        .setParameter("until", certificate.getNotAfter().toInstant().atOffset(ZoneOffset.UTC))
                        .executeUpdate())
                .replaceWithVoid());
    }

    static String hash(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
