package io.gantry.image.admission;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ImageRuleMode;
import io.gantry.contracts.spec.ImageVerdict;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.view.ImageCheckView;
import io.gantry.contracts.view.ImageReportView;
import io.gantry.contracts.view.ImageRuleView;
import io.gantry.contracts.view.WaiverView;
import io.gantry.image.Database;
import io.gantry.image.admission.core.Inspected;
import io.gantry.image.admission.core.RuleCheck;
import io.gantry.image.admission.core.SimpleSignature;
import io.gantry.image.admission.store.Judgements;
import io.gantry.image.admission.store.Judgements.Book;
import io.gantry.image.admission.store.Judgements.Case;
import io.gantry.image.admission.store.Signatures;
import io.gantry.image.reference.store.Images;
import io.gantry.image.reference.store.Scoped;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.image.report.ImageReports;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Looks at an image by all rules that are for its repository. Waits; not for event loops. */
@Singleton
public class Judge {
    private final Database database;
    private final Judgements judgements;
    private final Signatures signatures;
    private final ImageReports reports;
    private final Images images;
    private final World world;

    @Inject
    Judge(Database database, Judgements judgements, Signatures signatures, ImageReports reports, Images images, World world) {
        this.database = database;
        this.judgements = judgements;
        this.signatures = signatures;
        this.reports = reports;
        this.images = images;
        this.world = world;
    }

    /** Looks at it anew, whatever was said of it before. @throws Refused if there is no such image, or the scope may not use it */
    public ImageCheckView check(String reference, Optional<Scope> scope) throws IOException, InterruptedException {
        ManifestRow row = database.await(() -> images.find(reference));
        if (!Scoped.mayUse(scope, row)) {
            throw Images.unknown(reference);
        }
        Book book = database.await(judgements::book);
        Case one = database.await(() -> judgements.of(row.repository(), row.digest())).orElseThrow(() -> Images.unknown(reference));
        List<ImageVerdict> verdicts = judge(new Case(one.ref(), one.repository(), one.manifest(), one.image(), true, one.verdicts(), one.spokenOf()), book);
        return view(reference, one, book, verdicts);
    }

    /** What the book's rules say of it; kept, and told to those who want to know. */
    List<ImageVerdict> judge(Case one, Book book) throws IOException, InterruptedException {
        List<ImageRuleView> rules = book.of(one.repository());
        List<ImageRuleView> anew = rules.stream().filter(rule -> one.fresh() || known(one, rule).isEmpty()).toList();
        Inspected inspected = anew.isEmpty() ? null : inspect(one, anew);
        List<ImageVerdict> verdicts = new ArrayList<>();
        for (ImageRuleView rule : rules) {
            ImageVerdict verdict = anew.contains(rule) ? RuleCheck.of(rule, inspected) : known(one, rule).orElseThrow();
            verdicts.add(verdict.waivedUntil(verdict.holds() ? null : waivedUntil(one, rule, book)));
        }
        database.await(() -> judgements.keep(one, book.time(), verdicts));
        return verdicts;
    }

    private static Optional<ImageVerdict> known(Case one, ImageRuleView rule) {
        return one.verdicts().stream().filter(verdict -> verdict.rule().equals(rule.name()) && verdict.version() == rule.version()).findFirst();
    }

    private Inspected inspect(Case one, List<ImageRuleView> rules) throws IOException, InterruptedException {
        boolean signed = rules.stream().anyMatch(rule -> rule.spec().budgets().signedBy() != null);
        List<SimpleSignature> found = signed ? signatures.of(one.repository(), one.manifest()) : List.of();
        ImageReportView report = null;
        String noReport = null;
        if (rules.stream().anyMatch(rule -> rule.spec().budgets().needReport())) {
            try {
                report = reports.report(one.ref(), Optional.empty());
            } catch (Refused e) {
                if (e.refusal().type() != ProblemType.TOO_LARGE) {
                    throw e;
                }
                noReport = e.refusal().detail();
            }
        }
        return new Inspected(one.repository(), one.image(), report, noReport, found);
    }

    /** The end of the waiver that holds longest; {@code null} if none does. */
    private static Instant waivedUntil(Case one, ImageRuleView rule, Book book) {
        return book.waivers().stream()
                .filter(waiver -> !waiver.expired() && waiver.isFor(rule.name(), one.repository(), one.manifest()))
                .map(WaiverView::until)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    private ImageCheckView view(String reference, Case one, Book book, List<ImageVerdict> verdicts) {
        Instant now = world.now();
        List<ImageCheckView.Rule> rules = new ArrayList<>();
        boolean admitted = true;
        for (ImageVerdict verdict : verdicts) {
            ImageRuleView rule = book.rules().stream().filter(each -> each.name().equals(verdict.rule())).findFirst().orElseThrow();
            rules.add(new ImageCheckView.Rule(rule.name(), rule.spec().mode(), verdict.holds(), verdict.breaches(), verdict.waivedUntil()));
            admitted &= verdict.holds() || verdict.waived(now) || rule.spec().mode() == ImageRuleMode.WARN;
        }
        return new ImageCheckView(reference, one.repository(), one.manifest(), admitted, rules);
    }
}
