package io.gantry.image.admission.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.spec.ImageVerdict;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ImageRuleView;
import io.gantry.contracts.view.WaiverView;
import io.gantry.image.ImageTransactions;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What the rules said of each image, and which images they haven't been asked about yet. */
@Singleton
public class Judgements {
    private static final String FIELDS = "select ref, repository, digest, image, judged, verdicts, spoken_of from manifest where image_id is not null";
    private static final int BATCH = 20;
    private final ImageTransactions transactions;
    private final Waivers waivers;

    /** @param time of the clock of rules */
    public record Book(long time, List<ImageRuleView> rules, List<WaiverView> waivers) {
        public Book {
            rules = List.copyOf(rules);
            waivers = List.copyOf(waivers);
        }

        public List<ImageRuleView> of(String repository) {
            return rules.stream().filter(rule -> rule.spec().isFor(repository)).toList();
        }
    }

    /**
     * An image, and what was said of it last.
     *
     * @param fresh nobody has looked at it, or something came to speak of it since
     * @param spokenOf counts what did
     */
    public record Case(String ref, String repository, Digest manifest, ResolvedImage image, boolean fresh, List<ImageVerdict> verdicts, long spokenOf) {
        public Case {
            verdicts = List.copyOf(verdicts);
        }
    }

    @Inject
    Judgements(ImageTransactions transactions, Waivers waivers) {
        this.transactions = transactions;
        this.waivers = waivers;
    }

    public Uni<Book> book() {
        // the clock first: what changes meanwhile has another time
        return transactions.read(session -> RuleClock.now(session).chain(time -> RuleClock.rules(session).chain(rules -> waivers.all(session).map(all -> new Book(time, rules, all)))));
    }

    /**
     * Some of those that weren't judged by that book, those first that nobody has looked at.
     *
     * @param without refs of those that are left for later
     */
    public Uni<List<Case>> open(Book book, Collection<String> without) {
        String which = book.rules().isEmpty() ? " and verdicts is not null and judged < :time" : " and (judged is null or judged < :time)";
        return transactions.read(session -> session.createNativeQuery(FIELDS + which + " and ref not in (:without) order by judged nulls first, stored_at desc", Object[].class)
                .setParameter("time", book.time())
                .setParameter("without", without.isEmpty() ? List.of("") : without)
                .setMaxResults(BATCH)
                .getResultList()
                .map(rows -> rows.stream().map(Judgements::read).toList()));
    }

    public Uni<Optional<Case>> of(String repository, Digest manifest) {
        return transactions.read(session -> session.createNativeQuery(FIELDS + " and ref = :ref", Object[].class)
                .setParameter("ref", repository + "@" + manifest)
                .getSingleResultOrNull()
                .map(row -> Optional.ofNullable(row).map(Judgements::read)));
    }

    /** Keeps what was said, and tells of it if it is otherwise than before. Nothing if it was said by an older book, or something has come to speak of the image since. */
    public Uni<Void> keep(Case judged, long time, List<ImageVerdict> verdicts) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("update manifest set judged = :time, verdicts = cast(:verdicts as text) where ref = :ref and spoken_of = :spokenOf and (judged is null or judged <= :time)")
                .setParameter("time", time)
                .setParameter("verdicts", verdicts.isEmpty() ? null : Json.write(verdicts))
                .setParameter("ref", judged.ref())
                .setParameter("spokenOf", judged.spokenOf())
                .executeUpdate()
                .chain(count -> count == 0 || verdicts.equals(judged.verdicts())
                        ? Uni.createFrom().voidItem()
                        : tx.publish(new ImageEvent.Judged(new ImageRef(judged.repository(), Optional.empty(), Optional.of(judged.manifest())), judged.manifest(), verdicts))));
    }

    private static Case read(Object[] row) {
        List<ImageVerdict> verdicts = row[5] == null ? List.of() : List.of(Json.read((String) row[5], ImageVerdict[].class));
        return new Case(
                (String) row[0], (String) row[1], new Digest((String) row[2]), Json.read((String) row[3], ResolvedImage.class), row[4] == null, verdicts, ((Number) row[6]).longValue());
    }
}
