package io.gantry.image.collect.store;

import io.gantry.contracts.unit.Digest;
import io.gantry.image.ImageTransactions;
import io.gantry.image.collect.core.Inventory.Link;
import io.gantry.image.collect.core.Inventory.Manifest;
import io.gantry.image.collect.core.Inventory.Place;
import io.gantry.image.content.Sha512;
import io.gantry.kit.time.SqlTime;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** What the database knows; nothing stands still while it looks, so that whoever removes looks again at each single thing. */
@Singleton
public class Inventories {
    private final ImageTransactions transactions;

    @Inject
    Inventories(ImageTransactions transactions) {
        this.transactions = transactions;
    }

    public Uni<List<Manifest>> manifests() {
        return transactions.read(session -> parts(session).chain(parts -> session.createNativeQuery(
                        "select ref, repository, digest, octet_length(body), coalesce((select o.digest from other_name o where o.other = m.subject), m.subject), stored_at, let_go from manifest m order by ref", Object[].class)
                .getResultList()
                .map(rows -> rows.stream().map(row -> manifest(row, parts.getOrDefault((String) row[0], List.of()))).toList())));
    }

    private static Uni<Map<String, List<Digest>>> parts(Mutiny.Session session) {
        return session.createNativeQuery("select manifest, part from manifest_part", Object[].class).getResultList().map(rows -> {
            Map<String, List<Digest>> parts = new HashMap<>();
            rows.forEach(row -> parts.computeIfAbsent((String) row[0], _ -> new ArrayList<>()).add(new Digest((String) row[1])));
            return parts;
        });
    }

    private static Manifest manifest(Object[] row, List<Digest> parts) {
        return new Manifest(
                place(row[1], row[2]), ((Number) row[3]).longValue(), subject((String) row[4]), parts, SqlTime.instant(row[5]), SqlTime.instant(row[6]));
    }

    /** What is about something that nobody knows here is about nothing. */
    private static Digest subject(String digest) {
        return digest == null || Sha512.is(digest) ? null : new Digest(digest);
    }

    public Uni<Set<Place>> named() {
        return transactions.read(session -> session.createNativeQuery("select distinct repository, digest from tag", Object[].class)
                .getResultList()
                .map(rows -> rows.stream().map(row -> place(row[0], row[1])).collect(Collectors.toSet())));
    }

    public Uni<List<Link>> links() {
        return transactions.read(session -> session.createNativeQuery("select repository, digest, size, used_at from repository_blob", Object[].class)
                .getResultList()
                .map(rows -> rows.stream().map(row -> new Link(place(row[0], row[1]), ((Number) row[2]).longValue(), SqlTime.instant(row[3]))).toList()));
    }

    public Uni<Set<Digest>> cached() {
        return transactions.read(session -> session.createNativeQuery("select distinct blob from build_cache", String.class)
                .getResultList()
                .map(rows -> rows.stream().map(Digest::new).collect(Collectors.toSet())));
    }

    public Uni<Map<Digest, Instant>> released() {
        return transactions.read(session -> session.createNativeQuery("select digest, at from released_blob", Object[].class)
                .getResultList()
                .map(rows -> rows.stream().collect(Collectors.toMap(row -> new Digest((String) row[0]), row -> SqlTime.instant(row[1])))));
    }

    public Uni<Set<String>> uploads() {
        return transactions.read(session -> session.createNativeQuery("select id from upload", String.class).getResultList().map(Set::copyOf));
    }

    /** When the build began that has been running longest; {@code null} if none runs. */
    public Uni<Instant> oldestBuild() {
        return transactions.read(session -> session.createNativeQuery("select min(started_at) from build where status = 'RUNNING'", Object.class)
                .getSingleResultOrNull()
                .map(SqlTime::instant));
    }

    private static Place place(Object repository, Object digest) {
        return new Place((String) repository, new Digest((String) digest));
    }
}
