package io.gantry.contracts.spec;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.unit.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether something may be made of an image. Goals, in this order: nothing is made of an image that breaks an enforced rule without a waiver; nothing is made of
 * one by which an enforced rule hasn't been looked at yet; whatever else is wrong is said.
 */
public sealed interface ImageAdmission {
    /** @param warnings sentences; empty if there is nothing to say */
    record Admitted(List<String> warnings) implements ImageAdmission {
        public Admitted {
            warnings = List.copyOf(warnings);
        }
    }

    record Refused(Refusal refusal) implements ImageAdmission {}

    /** @param refusal for those who don't wait any longer */
    record Unjudged(Refusal refusal) implements ImageAdmission {}

    /**
     * @param rules all that there are
     * @param verdicts on this image in this repository, also by rules that are gone or were otherwise
     */
    static ImageAdmission of(String repository, Digest manifest, List<RuleInForce> rules, List<ImageVerdict> verdicts, Instant now) {
        String image = repository + "@" + manifest;
        List<String> warnings = new ArrayList<>();
        List<ImageVerdict> broken = new ArrayList<>();
        List<String> unjudged = new ArrayList<>();
        for (RuleInForce rule : rules) {
            if (!rule.isFor(repository)) {
                continue;
            }
            boolean enforced = rule.mode() == ImageRuleMode.ENFORCE;
            Optional<ImageVerdict> verdict = verdicts.stream().filter(one -> one.rule().equals(rule.name()) && one.version() == rule.version()).findFirst();
            if (verdict.isEmpty()) {
                if (enforced) {
                    unjudged.add(rule.name());
                } else {
                    warnings.add(image + " hasn't been checked against the rule '" + rule.name() + "' yet");
                }
            } else if (!verdict.get().holds()) {
                boolean waived = verdict.get().waived(now);
                if (enforced && !waived) {
                    broken.add(verdict.get());
                } else {
                    warnings.add(says(image, verdict.get()) + (waived ? "; it is let in until " + verdict.get().waivedUntil() : ""));
                }
            }
        }
        if (!broken.isEmpty()) {
            return new Refused(refusal(image, broken));
        }
        return unjudged.isEmpty() ? new Admitted(warnings) : new Unjudged(unjudged(image, unjudged));
    }

    private static Refusal refusal(String image, List<ImageVerdict> broken) {
        String detail = broken.stream().map(verdict -> says(image, verdict)).collect(Collectors.joining(". "));
        String todo = broken.stream().flatMap(verdict -> verdict.breaches().stream()).map(ImageVerdict.Breach::todo).distinct().collect(Collectors.joining("; "));
        return Refusal.of(ProblemType.IMAGE_REFUSED, detail, todo + ". Or let it in for a time: gantry image waiver add " + broken.getFirst().rule() + " " + image + " --reason WHY --for 7d");
    }

    private static String says(String image, ImageVerdict verdict) {
        String breaches = verdict.breaches().stream().map(ImageVerdict.Breach::words).collect(Collectors.joining(", and "));
        return image + " breaks the rule '" + verdict.rule() + "': " + breaches;
    }

    private static Refusal unjudged(String image, List<String> rules) {
        return Refusal.of(
                ProblemType.UNAVAILABLE, image + " hasn't been checked yet against " + rules.stream().map(rule -> "'" + rule + "'").collect(Collectors.joining(", ")) + ", and nothing is made of it before",
                "try again in a moment; gantry image check " + image + " checks it now, and says what it breaks");
    }
}
