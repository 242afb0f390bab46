package io.gantry.image.report.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.ImageReportView.Base;
import io.gantry.contracts.view.ImageReportView.Concern;
import io.gantry.contracts.view.ImageReportView.Drift;
import io.gantry.contracts.view.ImageReportView.Grade;
import io.gantry.contracts.view.ImageReportView.Program;
import io.gantry.contracts.view.ImageReportView.Reason;
import io.gantry.contracts.view.ImageReportView.Role;
import io.gantry.contracts.view.ImageReportView.Runtime;
import io.gantry.contracts.view.ImageReportView.Secret;
import io.gantry.contracts.view.ImageReportView.Where;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The numbers of docs/reference/image-report.md. */
class GradingTest {
    private static final Base KNOWN = new Base(Drift.CURRENT, "base", null, null, "");
    private static final Secret SECRET = new Secret(Where.FILE, "key", "private key", 1, false);

    private record Case(String what, Facts facts, Grade grade, int points, List<Concern> concerns) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("nothing to blame", facts(3, 0, 0, 100, 5, false, true, 30L), Grade.A, 100, List.of()),
                new Case("root alone is no A", facts(1, 0, 0, 100, 0, true, true, null), Grade.B, 88, List.of(Concern.RUNS_AS_ROOT)),
                new Case("20 ports", facts(20, 0, 0, 100, 0, false, true, null), Grade.B, 80, List.of(Concern.MANY_PORTS)),
                new Case("19 ports", facts(19, 0, 0, 100, 0, false, true, null), Grade.A, 90, List.of(Concern.MANY_PORTS)),
                new Case("more than 20 GiB", facts(1, 0, 0, 21 << 10, 0, false, true, null), Grade.C, 75, List.of(Concern.TOO_LARGE)),
                new Case("half of it wasted", facts(1, 0, 0, 100, 50, false, true, null), Grade.B, 85, List.of(Concern.WASTED_BYTES)),
                new Case("wasted, but little", facts(1, 0, 0, 100, 9, false, true, null), Grade.A, 100, List.of()),
                new Case("a year old", facts(1, 0, 0, 100, 0, false, true, 366L), Grade.A, 92, List.of(Concern.OLD)),
                new Case("a service manager and its six daemons", facts(1, 1, 6, 100, 0, false, false, null), Grade.C, 67, List.of(Concern.SERVICE_MANAGERS, Concern.SEVERAL_DAEMONS, Concern.NO_HEALTHCHECK)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void eachReasonTakesItsPoints(Case one) {
        Grading.Graded graded = Grading.of(one.facts());
        assertThat(graded.reasons()).extracting(Reason::concern).containsExactlyElementsOf(one.concerns());
        assertThat(graded.points()).isEqualTo(one.points());
        assertThat(graded.grade()).isEqualTo(one.grade());
    }

    @Test
    void aSecretIsADAtBestAndWhatCannotBeReadAnF() {
        Facts good = facts(1, 0, 0, 100, 0, false, true, null);
        assertThat(Grading.of(with(good, List.of(), List.of(SECRET))).grade()).isEqualTo(Grade.D);
        assertThat(Grading.of(with(good, List.of("layer 1: it is broken"), List.of())).grade()).isEqualTo(Grade.F);
    }

    @Test
    void oneRuntimeOfEachLanguageIsNoReasonAndTwoOfOneAre() {
        Facts good = facts(1, 0, 0, 100, 0, false, true, null);
        List<Runtime> each = List.of(new Runtime("Java", "21", "a"), new Runtime("Python", "3.12", "b"));
        assertThat(Grading.of(with(good, each)).reasons()).isEmpty();
        Reason reason = Grading.of(with(good, List.of(new Runtime("Java", "21", "a"), new Runtime("Java", "", "b")))).reasons().getFirst();
        assertThat(reason.what()).isEqualTo("it has Java 21 and one at b");
        assertThat(reason.points()).isEqualTo(10);
    }

    /** Sizes in MiB. */
    private static Facts facts(int ports, int managers, int daemons, long unpacked, long wasted, boolean root, boolean healthcheck, Long age) {
        Stream<Program> programs = Stream.concat(
                Stream.iterate(0, i -> i + 1).limit(managers).map(i -> new Program(Role.SERVICE_MANAGER, "manager" + i, "")),
                Stream.iterate(0, i -> i + 1).limit(daemons).map(i -> new Program(Role.DAEMON, "daemon" + i, "")));
        return new Facts(List.of(), List.of(), ports, programs.toList(), List.of(), Bytes.mebi(unpacked), Bytes.mebi(wasted), Bytes.ZERO, Bytes.ZERO, root, healthcheck, List.of(), age, KNOWN);
    }

    private static Facts with(Facts f, List<String> unreadable, List<Secret> secrets) {
        return new Facts(unreadable, secrets, f.ports(), f.programs(), f.runtimes(), f.unpacked(), f.wasted(), f.caches(), f.duplicated(), f.root(), f.healthcheck(), f.setuid(), f.ageDays(), f.base());
    }

    private static Facts with(Facts f, List<Runtime> runtimes) {
        return new Facts(f.unreadable(), f.secrets(), f.ports(), f.programs(), runtimes, f.unpacked(), f.wasted(), f.caches(), f.duplicated(), f.root(), f.healthcheck(), f.setuid(), f.ageDays(), f.base());
    }
}
