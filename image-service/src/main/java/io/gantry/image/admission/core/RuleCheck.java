package io.gantry.image.admission.core;

import io.gantry.contracts.spec.ImageBudget;
import io.gantry.contracts.spec.ImageVerdict;
import io.gantry.contracts.spec.ImageVerdict.Breach;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.RepositoryPattern;
import io.gantry.contracts.view.ImageBudgets;
import io.gantry.contracts.view.ImageReportView;
import io.gantry.contracts.view.ImageReportView.SoftwarePackage;
import io.gantry.contracts.view.ImageRuleView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What a rule says of an image: each budget that it breaks, with the figure, the limit and what to do. */
public final class RuleCheck {
    private static final int SHOWN = 5;
    private final Inspected image;
    private final ImageBudgets budgets;
    private final List<Breach> breaches = new ArrayList<>();

    private RuleCheck(Inspected image, ImageBudgets budgets) {
        this.image = image;
        this.budgets = budgets;
    }

    /** Without a waiver: whether there is one, and till when, is another question. */
    public static ImageVerdict of(ImageRuleView rule, Inspected image) {
        RuleCheck check = new RuleCheck(image, rule.spec().budgets());
        check.configuration();
        check.ports();
        check.origin();
        check.content();
        check.signature();
        return new ImageVerdict(rule.name(), rule.version(), check.breaches, null);
    }

    private void configuration() {
        Bytes size = image.image().size();
        if (budgets.mostBytes() != null && size.compareTo(budgets.mostBytes()) > 0) {
            add(ImageBudget.SIZE, "its layers have " + size, budgets.mostBytes().toString(), "begin with a smaller image, and build in a stage of its own");
        }
        int layers = image.image().layers().size();
        if (budgets.mostLayers() != null && layers > budgets.mostLayers()) {
            add(ImageBudget.LAYERS, "it has " + layers + " layers", budgets.mostLayers() + " layers", "join instructions that belong together, or copy what runs into a stage of its own");
        }
        if (budgets.notRoot() && ImageReportView.isRoot(image.image().config().user())) {
            add(ImageBudget.ROOT, "it runs as root", "other users alone", "make a user, and say USER");
        }
    }

    private void ports() {
        List<String> ports = image.image().config().exposedPorts().stream().map(RuleCheck::port).sorted().toList();
        if (budgets.mostPorts() != null && ports.size() > budgets.mostPorts()) {
            add(ImageBudget.PORTS, "it exposes " + ports.size() + " ports", budgets.mostPorts() + " ports", "one program an image, and the ports that it needs");
        }
        if (budgets.onlyPorts() != null && !budgets.onlyPorts().containsAll(ports)) {
            List<String> others = ports.stream().filter(each -> !budgets.onlyPorts().contains(each)).toList();
            add(ImageBudget.PORT_NUMBERS, "it exposes " + some(others), budgets.onlyPorts().isEmpty() ? "none" : some(budgets.onlyPorts()), "take the others out of EXPOSE");
        }
    }

    private void origin() {
        if (budgets.onlyFrom() != null && budgets.onlyFrom().stream().noneMatch(pattern -> pattern.matches(image.repository()))) {
            add(ImageBudget.ORIGIN, "it lies in " + image.repository(), some(budgets.onlyFrom().stream().map(RepositoryPattern::text).toList()), "take it from one of those");
        }
    }

    private void content() {
        if (!budgets.needReport()) {
            return;
        }
        ImageReportView report = image.report();
        if (report == null) {
            add(ImageBudget.UNREADABLE, "what is in it can't be said: " + image.noReport(), "only what can be read", "push it again from where it was built");
            return;
        }
        if (budgets.noSecrets() && !report.secrets().isEmpty()) {
            add(
                    ImageBudget.SECRETS, "it has " + some(report.secrets().stream().map(each -> each.kind() + " in " + each.place()).toList()), "none",
                    "call them in, build without them, and give them to containers as secrets");
        }
        if (budgets.worstGrade() != null && report.grade().compareTo(budgets.worstGrade()) > 0) {
            add(ImageBudget.GRADE, "its grade is " + report.grade(), budgets.worstGrade() + " or better", "gantry image report says what to do for a better one");
        }
        waste(report);
        packages(report);
        List<String> unreadable = report.layers().stream().filter(each -> each.unreadable() != null).map(each -> "layer " + each.number() + ": " + each.unreadable()).toList();
        if (!unreadable.isEmpty()) {
            add(ImageBudget.UNREADABLE, "what is in it can't be said: " + some(unreadable), "only what can be read", "push it again from where it was built");
        }
    }

    private void waste(ImageReportView report) {
        long unpacked = report.unpacked().value();
        long wasted = report.waste().bytes().value();
        if (budgets.mostWastedPercent() != null && unpacked > 0 && wasted * 100.0 / unpacked > budgets.mostWastedPercent()) {
            String percent = String.format(Locale.ROOT, "%.1f", wasted * 100.0 / unpacked);
            add(ImageBudget.WASTE, percent + " % of its bytes are of files that later layers hide", budgets.mostWastedPercent() + " %", "delete in the RUN that made them");
        }
    }

    private void packages(ImageReportView report) {
        if (budgets.withoutPackages() == null) {
            return;
        }
        List<PackagePattern> unwanted = budgets.withoutPackages().stream().map(PackagePattern::new).toList();
        Set<String> found = report.packages().stream()
                .filter(one -> unwanted.stream().anyMatch(pattern -> pattern.matches(one)))
                .map(RuleCheck::words)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!found.isEmpty()) {
            add(ImageBudget.PACKAGES, "it has " + some(found), "none of " + some(budgets.withoutPackages()), "take a version that the rule allows, or leave it out");
        }
    }

    private void signature() {
        if (budgets.signedBy() == null) {
            return;
        }
        SignatureCheck.Outcome outcome = SignatureCheck.of(image.image().manifest(), image.signatures(), budgets.signedBy());
        if (!outcome.signed()) {
            String keys = budgets.signedBy().size() == 1 ? "what its key has signed" : "what one of its " + budgets.signedBy().size() + " keys has signed";
            add(ImageBudget.SIGNATURE, outcome.why(), keys, "cosign sign --key … --tlog-upload=false " + image.repository() + "@" + image.image().manifest());
        }
    }

    private void add(ImageBudget budget, String figure, String limit, String todo) {
        breaches.add(new Breach(budget, figure, limit, todo));
    }

    /** {@code 80} is {@code 80/tcp}. */
    private static String port(String exposed) {
        return exposed.contains("/") ? exposed.toLowerCase(Locale.ROOT) : exposed + "/tcp";
    }

    private static String words(SoftwarePackage one) {
        return one.version().isEmpty() ? one.name() : one.name() + "@" + one.version();
    }

    private static String some(Collection<String> all) {
        String shown = all.stream().limit(SHOWN).collect(Collectors.joining(", "));
        return all.size() > SHOWN ? shown + " and " + (all.size() - SHOWN) + " more" : shown;
    }
}
