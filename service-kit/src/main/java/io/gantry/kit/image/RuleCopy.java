package io.gantry.kit.image;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.AdmissionEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.spec.ImageVerdict;
import io.gantry.contracts.spec.RuleInForce;
import io.gantry.contracts.unit.Digest;
import io.gantry.kit.outbox.Transaction;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * A service's own copy of the rules for images and of what they say, so that nobody is asked when something is made of one. Its schema has the tables
 * {@code image_rules}, of one row, and {@code image_verdicts}, whose {@code ref} is {@code repository@digest}.
 */
public final class RuleCopy {
    private static final String NO_RULES = "[]";

    private RuleCopy() {}

    /** An older one that comes late changes nothing. */
    public static Uni<Void> on(Transaction tx, AdmissionEvent.RulesChanged event) {
        return tx.session()
                .createNativeQuery("insert into image_rules (version, rules) values (:version, :rules)"
                        + " on conflict (one) do update set version = excluded.version, rules = excluded.rules where image_rules.version < excluded.version")
                .setParameter("version", event.version())
                .setParameter("rules", Json.write(event.rules()))
                .executeUpdate()
                .replaceWithVoid();
    }

    public static Uni<Void> on(Transaction tx, ImageEvent.Judged event) {
        return tx.session()
                .createNativeQuery("insert into image_verdicts (ref, verdicts) values (:ref, :verdicts) on conflict (ref) do update set verdicts = excluded.verdicts")
                .setParameter("ref", ref(event.reference().repository(), event.manifest()))
                .setParameter("verdicts", Json.write(event.verdicts()))
                .executeUpdate()
                .replaceWithVoid();
    }

    public static Uni<Void> on(Transaction tx, ImageEvent.Deleted event) {
        return tx.session()
                .createNativeQuery("delete from image_verdicts where ref = :ref")
                .setParameter("ref", ref(event.reference().repository(), event.manifest()))
                .executeUpdate()
                .replaceWithVoid();
    }

    public static Uni<List<RuleInForce>> rules(Mutiny.Session session) {
        return session.createNativeQuery("select rules from image_rules", String.class).getSingleResultOrNull().map(RuleCopy::rules);
    }

    /** By ref; what was never said of any isn't there. */
    public static Uni<Map<String, List<ImageVerdict>>> verdicts(Mutiny.Session session, Collection<String> refs) {
        return session.createNativeQuery("select ref, verdicts from image_verdicts where ref in (:refs)", Object[].class).setParameter("refs", refs).getResultList().map(rows -> {
            Map<String, List<ImageVerdict>> all = new HashMap<>();
            rows.forEach(row -> all.put((String) row[0], verdicts((String) row[1])));
            return all;
        });
    }

    /** @param json as it is kept, or {@code null} */
    public static List<RuleInForce> rules(String json) {
        return json == null || json.equals(NO_RULES) ? List.of() : List.of(Json.read(json, RuleInForce[].class));
    }

    /** @param json as it is kept, or {@code null} */
    public static List<ImageVerdict> verdicts(String json) {
        return json == null ? List.of() : List.of(Json.read(json, ImageVerdict[].class));
    }

    public static String ref(String repository, Digest manifest) {
        return repository + "@" + manifest;
    }
}
