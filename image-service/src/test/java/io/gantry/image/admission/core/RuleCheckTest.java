package io.gantry.image.admission.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ImageBudget;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.ImageRuleMode;
import io.gantry.contracts.spec.ImageVerdict;
import io.gantry.contracts.spec.ImageVerdict.Breach;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.RepositoryPattern;
import io.gantry.contracts.view.ImageBudgets;
import io.gantry.contracts.view.ImageReportView;
import io.gantry.contracts.view.ImageReportView.Base;
import io.gantry.contracts.view.ImageReportView.Drift;
import io.gantry.contracts.view.ImageReportView.Grade;
import io.gantry.contracts.view.ImageReportView.Secret;
import io.gantry.contracts.view.ImageReportView.SoftwarePackage;
import io.gantry.contracts.view.ImageReportView.Source;
import io.gantry.contracts.view.ImageReportView.Waste;
import io.gantry.contracts.view.ImageReportView.Where;
import io.gantry.contracts.view.ImageRuleSpec;
import io.gantry.contracts.view.ImageRuleView;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleCheckTest {
    private static final Digest DIGEST = Digest.ofHex("ab".repeat(32));
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    /** An image of 100 MiB in 5 layers, with two ports, as root; its report: a secret, grade C, 25 % wasted, two packages. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"mostBytes\": 104857600} |",
        "{\"mostBytes\": 104857599} | SIZE: its layers have 100 MiB; the rule allows 100.0 MiB",
        "{\"mostLayers\": 5} |",
        "{\"mostLayers\": 4} | LAYERS: it has 5 layers; the rule allows 4 layers",
        "{\"mostPorts\": 2} |",
        "{\"mostPorts\": 1} | PORTS: it exposes 2 ports; the rule allows 1 ports",
        "{\"onlyPorts\": [\"80/tcp\", \"53/udp\", \"22/tcp\"]} |",
        "{\"onlyPorts\": [\"80/tcp\"]} | PORT_NUMBERS: it exposes 53/udp; the rule allows 80/tcp",
        "{\"onlyPorts\": []} | PORT_NUMBERS: it exposes 53/udp, 80/tcp; the rule allows none",
        "{\"notRoot\": true} | ROOT: it runs as root; the rule allows other users alone",
        "{\"noSecrets\": true} | SECRETS: it has private key in root/.ssh/id_rsa; the rule allows none",
        "{\"onlyFrom\": [\"hub/**\", \"shop/*\"]} |",
        "{\"onlyFrom\": [\"hub/**\", \"shop\"]} | ORIGIN: it lies in shop/web; the rule allows hub/**, shop",
        "{\"withoutPackages\": [\"openssl\", \"log4j-core@2.17.*\", \"musl-*\"]} |",
        "{\"withoutPackages\": [\"log4j-core@2.1*.1\"]} | PACKAGES: it has log4j-core@2.14.1; the rule allows none of log4j-core@2.1*.1",
        "{\"withoutPackages\": [\"*\"]} | PACKAGES: it has log4j-core@2.14.1, musl@1.2; the rule allows none of *",
        "{\"worstGrade\": \"C\"} |",
        "{\"worstGrade\": \"B\"} | GRADE: its grade is C; the rule allows B or better",
        "{\"mostWastedPercent\": 25} |",
        "{\"mostWastedPercent\": 24} | WASTE: 25.0 % of its bytes are of files that later layers hide; the rule allows 24 %"
    })
    void saysWhatBreaksWithFigureAndLimit(String budgets, String breach) {
        ImageVerdict verdict = RuleCheck.of(rule(Json.read(budgets, ImageBudgets.class)), new Inspected("shop/web", image(""), report(), null, List.of()));
        assertThat(verdict.breaches()).extracting(each -> each.budget() + ": " + each.words()).isEqualTo(breach == null ? List.of() : List.of(breach));
        assertThat(verdict.breaches()).allSatisfy(each -> assertThat(each.todo()).isNotBlank());
        assertThat(verdict.rule()).isEqualTo("small");
        assertThat(verdict.version()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"'', true", "root, true", "root:app, true", "0, true", "000:12, true", "0:0, true", "app, false", "1000, false", "10:0, false", "rooted, false"})
    void knowsRootByNameAndNumber(String user, boolean root) {
        ImageVerdict verdict = RuleCheck.of(rule(Json.read("{\"notRoot\": true}", ImageBudgets.class)), new Inspected("shop/web", image(user), null, null, List.of()));
        assertThat(verdict.holds()).isEqualTo(!root);
    }

    @Test
    void whatCantBeReadBreaksRulesThatMustKnowIt() {
        Inspected unread = new Inspected("shop/web", image("app"), null, "it has too many files", List.of());
        assertThat(RuleCheck.of(rule(Json.read("{\"noSecrets\": true}", ImageBudgets.class)), unread).breaches()).extracting(Breach::budget, Breach::figure)
                .containsExactly(tuple(ImageBudget.UNREADABLE, "what is in it can't be said: it has too many files"));
        assertThat(RuleCheck.of(rule(Json.read("{\"notRoot\": true}", ImageBudgets.class)), unread).holds()).isTrue();
    }

    @Test
    void aSignatureIsAskedForAsAnyOtherBudget() throws Exception {
        CosignKey key = CosignKey.ecdsa();
        ImageBudgets signed = new ImageBudgets(null, null, null, null, false, false, null, null, null, null, List.of(key.pem()));
        Inspected without = new Inspected("shop/web", image("app"), null, null, List.of());
        assertThat(RuleCheck.of(rule(signed), without).breaches()).extracting(Breach::budget, Breach::words)
                .containsExactly(tuple(ImageBudget.SIGNATURE, "it isn't signed; the rule allows what its key has signed"));
        Inspected with = new Inspected("shop/web", image("app"), null, null, List.of(key.of(CosignKey.payload("any/name", DIGEST))));
        assertThat(RuleCheck.of(rule(signed), with).holds()).isTrue();
    }

    private static ImageRuleView rule(ImageBudgets budgets) {
        return new ImageRuleView("small", new ImageRuleSpec(ImageRuleMode.ENFORCE, List.of(new RepositoryPattern("**")), budgets), 7, TIME);
    }

    private static ResolvedImage image(String user) {
        ImageConfig config = new ImageConfig(List.of(), List.of("serve"), null, null, user, List.of("80", "53/UDP"), null, null);
        ResolvedImage.Layer layer = new ResolvedImage.Layer(DIGEST, DIGEST, Bytes.mebi(20), "application/vnd.oci.image.layer.v1.tar+gzip");
        return new ResolvedImage(ImageRef.parse("shop/web:1"), DIGEST, DIGEST, config, Collections.nCopies(5, layer), "amd64", Bytes.mebi(100), TIME);
    }

    private static ImageReportView report() {
        return new ImageReportView(
                "shop/web:1", DIGEST, DIGEST, Bytes.mebi(100), new Bytes(400), 3, Grade.C, 70, List.of(), List.of(), new Waste(new Bytes(100), 1, List.of()), List.of(), List.of(),
                List.of(new SoftwarePackage(Source.JAR, "log4j-core", "2.14.1", "a.jar"), new SoftwarePackage(Source.APK, "musl", "1.2", "lib/apk")), List.of(), List.of(), List.of(), List.of(), "", false,
                List.of(new Secret(Where.FILE, "root/.ssh/id_rsa", "private key", 1, true)), List.of(), TIME, 1L, new Base(Drift.UNKNOWN, null, null, null, ""), null);
    }
}
