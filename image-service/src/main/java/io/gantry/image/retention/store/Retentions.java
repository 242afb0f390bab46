package io.gantry.image.retention.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.RetentionView;
import io.gantry.image.ImageTransactions;
import io.gantry.image.retention.core.RetentionPlan.Tag;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.SqlTime;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/** Rules, by their names, and the tags that they may speak of. */
@Singleton
public class Retentions {
    /** A tag {@code sha256-<hex>}, and what comes behind it, is about the manifest with that digest: signatures, and referrers where the API for them lacks. */
    private static final String TAGS = "select t.repository, t.tag, t.digest, t.moved_at,"
            + " (select string_agg(p.part, ' ') from manifest_part p where p.manifest = t.repository || '@' || t.digest),"
            + " exists (select 1 from manifest m where t.tag like 'sha256-%' and m.repository = t.repository and m.digest = 'sha256:' || substr(t.tag, 8, 64))"
            + " from tag t order by t.name";
    private final ImageTransactions transactions;

    @Inject
    Retentions(ImageTransactions transactions) {
        this.transactions = transactions;
    }

    public Uni<List<RetentionView>> all() {
        return transactions.read(session -> session.createNativeQuery("select rule from retention order by name", String.class)
                .getResultList()
                .map(rows -> rows.stream().map(row -> Json.read(row, RetentionView.class)).toList()));
    }

    /** @throws Refused if there is one of that name */
    public Uni<RetentionView> add(RetentionView rule) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("insert into retention (name, repositories, rule, changed_at) values (:name, :repositories, :rule, :now) on conflict do nothing")
                .setParameter("name", rule.name())
                .setParameter("repositories", rule.repositories())
                .setParameter("rule", Json.write(rule))
                .setParameter("now", rule.changedAt())
                .executeUpdate()
                .map(count -> {
                    if (count == 0) {
                        throw new Refused(ProblemType.NAME_IN_USE, "there is a rule '" + rule.name() + "' already", "remove it first, or choose another name");
                    }
                    return rule;
                }));
    }

    /** @throws Refused if there is none of that name */
    public Uni<Void> remove(String name) {
        return transactions.in(tx -> tx.session().createNativeQuery("delete from retention where name = :name").setParameter("name", name).executeUpdate().invoke(count -> {
            if (count == 0) {
                throw new Refused(ProblemType.NOT_FOUND, "there is no rule '" + name + "' for tags", "see them with: gantry image retention");
            }
        }).replaceWithVoid());
    }

    public Uni<List<Tag>> tags() {
        return transactions.read(session -> session.createNativeQuery(TAGS, Object[].class).getResultList().map(rows -> rows.stream().map(Retentions::tag).toList()));
    }

    private static Tag tag(Object[] row) {
        List<Digest> parts = row[4] == null ? List.of() : Stream.of(((String) row[4]).split(" ")).map(Digest::new).toList();
        return new Tag((String) row[0], (String) row[1], new Digest((String) row[2]), SqlTime.instant(row[3]), parts, (Boolean) row[5]);
    }
}
