package io.gantry.kernel.probe;

import java.util.List;
import java.util.Optional;

/** One finding for each {@link Feature}, in their order. */
public record KernelReport(List<Finding> findings) {
    /** Of a kernel that is taken as having everything. */
    public static final KernelReport COMPLETE =
            new KernelReport(List.of(Feature.values()).stream().map(feature -> (Finding) new Finding.Found(feature)).toList());

    public KernelReport {
        findings = List.copyOf(findings);
    }

    public List<Finding.Missing> missing() {
        return findings.stream().filter(Finding.Missing.class::isInstance).map(Finding.Missing.class::cast).toList();
    }

    public Optional<Finding.Missing> missing(Feature feature) {
        return missing().stream().filter(each -> each.feature() == feature).findFirst();
    }

    /** Nothing is missing that an agent can't do without. */
    public boolean fit() {
        return missing().stream().noneMatch(each -> each.feature().needed());
    }

    /** For people: {@code ok/missing  thing  why  what to do}, a line each. */
    public String print() {
        StringBuilder text = new StringBuilder("%-8s %-44s %s%n".formatted("", "WHAT", "WHAT FOR"));
        for (Finding finding : findings) {
            Feature feature = finding.feature();
            switch (finding) {
                case Finding.Found _ -> text.append("%-8s %-44s %s%n".formatted("ok", feature.title(), feature.purpose()));
                case Finding.Unknown(_, var without) ->
                        text.append("%-8s %-44s can't be asked for without: %s%n".formatted("unknown", feature.title(), without.title()));
                case Finding.Missing missing -> {
                    String state = feature.needed() ? "missing" : "limited";
                    text.append("%-8s %-44s %s%n".formatted(state, feature.title(), feature.purpose()));
                    text.append("%-8s   the kernel says: %s%n".formatted("", missing.answer()));
                    text.append("%-8s   what to do:      %s (Linux %s)%n".formatted("", feature.remedy(), feature.since()));
                }
            }
        }
        return text.toString();
    }
}
