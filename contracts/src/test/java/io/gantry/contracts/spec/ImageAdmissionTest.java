package io.gantry.contracts.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.ImageVerdict.Breach;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.RepositoryPattern;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageAdmissionTest {
    private static final Digest DIGEST = Digest.ofHex("ab".repeat(32));
    private static final String IMAGE = "shop/web@" + DIGEST;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Breach FAT = new Breach(ImageBudget.SIZE, "its layers have 2 GiB", "500 MiB", "begin with a smaller image");

    @Test
    void withoutRulesAllIsLetIn() {
        assertThat(admission(List.of(), verdict(1))).isEqualTo(new ImageAdmission.Admitted(List.of()));
    }

    @Test
    void whatKeepsToAllRulesIsLetIn() {
        assertThat(admission(List.of(rule(1, ImageRuleMode.ENFORCE)), verdict(1))).isEqualTo(new ImageAdmission.Admitted(List.of()));
    }

    @Test
    void whatBreaksAnEnforcedRuleIsRefusedWithFigureLimitAndWhatToDo() {
        Refusal refusal = ((ImageAdmission.Refused) admission(List.of(rule(1, ImageRuleMode.ENFORCE)), verdict(1, FAT))).refusal();
        assertThat(refusal.type()).isEqualTo(ProblemType.IMAGE_REFUSED);
        assertThat(refusal.detail()).isEqualTo(IMAGE + " breaks the rule 'small': its layers have 2 GiB; the rule allows 500 MiB");
        assertThat(refusal.hint()).isEqualTo("begin with a smaller image. Or let it in for a time: gantry image waiver add small " + IMAGE + " --reason WHY --for 7d");
    }

    @Test
    void whatBreaksARuleThatWarnsIsLetInAndSaid() {
        assertThat(admission(List.of(rule(1, ImageRuleMode.WARN)), verdict(1, FAT)))
                .isEqualTo(new ImageAdmission.Admitted(List.of(IMAGE + " breaks the rule 'small': its layers have 2 GiB; the rule allows 500 MiB")));
    }

    /** Its waiver ends at 00:00:00. */
    @ParameterizedTest
    @CsvSource({"2025-12-31T23:59:59.999Z, true", "2026-01-01T00:00:00Z, false", "2026-06-01T00:00:00Z, false"})
    void aWaiverLetsInUntilItsEnd(Instant now, boolean admitted) {
        List<ImageVerdict> waived = List.of(verdict(1, FAT).waivedUntil(NOW));
        ImageAdmission answer = ImageAdmission.of("shop/web", DIGEST, List.of(rule(1, ImageRuleMode.ENFORCE)), waived, now);
        assertThat(answer instanceof ImageAdmission.Admitted).isEqualTo(admitted);
        if (answer instanceof ImageAdmission.Admitted(var warnings)) {
            assertThat(warnings).containsExactly(IMAGE + " breaks the rule 'small': its layers have 2 GiB; the rule allows 500 MiB; it is let in until " + NOW);
        }
    }

    @Test
    void anEnforcedRuleThatHasntSeenItYetLetsNothingIn() {
        for (List<ImageVerdict> verdicts : List.of(List.<ImageVerdict>of(), List.of(verdict(1)))) {
            Refusal refusal = ((ImageAdmission.Unjudged) ImageAdmission.of("shop/web", DIGEST, List.of(rule(2, ImageRuleMode.ENFORCE)), verdicts, NOW)).refusal();
            assertThat(refusal.type()).isEqualTo(ProblemType.UNAVAILABLE);
            assertThat(refusal.detail()).isEqualTo(IMAGE + " hasn't been checked yet against 'small', and nothing is made of it before");
        }
    }

    @Test
    void aRuleThatWarnsIsntWaitedFor() {
        assertThat(admission(List.of(rule(2, ImageRuleMode.WARN)), verdict(1))).isEqualTo(new ImageAdmission.Admitted(List.of(IMAGE + " hasn't been checked against the rule 'small' yet")));
    }

    @Test
    void aRuleForOtherRepositoriesSaysNothing() {
        RuleInForce others = new RuleInForce("small", 1, ImageRuleMode.ENFORCE, List.of(new RepositoryPattern("team/*")));
        assertThat(admission(List.of(others), verdict(1, FAT))).isEqualTo(new ImageAdmission.Admitted(List.of()));
    }

    private static ImageAdmission admission(List<RuleInForce> rules, ImageVerdict verdict) {
        return ImageAdmission.of("shop/web", DIGEST, rules, List.of(verdict), NOW);
    }

    private static RuleInForce rule(long version, ImageRuleMode mode) {
        return new RuleInForce("small", version, mode, List.of(new RepositoryPattern("shop/*")));
    }

    private static ImageVerdict verdict(long version, Breach... breaches) {
        return new ImageVerdict("small", version, List.of(breaches), null);
    }
}
