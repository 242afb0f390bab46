package io.gantry.image.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.AdmissionEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.spec.ImageBudget;
import io.gantry.contracts.spec.ImageVerdict;
import io.gantry.contracts.spec.ImageVerdict.Breach;
import io.gantry.contracts.spec.RuleInForce;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageCheckView;
import io.gantry.contracts.view.ImageRuleView;
import io.gantry.contracts.view.WaiverView;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.admission.core.CosignKey;
import io.gantry.image.admission.core.SimpleSignature;
import io.gantry.image.fixture.FactLog;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.ImagesOverRest;
import io.gantry.image.fixture.SampleImage;
import io.gantry.image.report.FatImage;
import io.gantry.image.report.LayeredImage;
import io.gantry.kit.stream.KafkaLink;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules, what they say of images that come in or are here, waivers and signatures; as clients and other services see them. */
@QuarkusTest
class AdmissionIT extends ImageServiceTest {
    @Inject KafkaLink kafka;
    private ImagesOverRest rest;
    private FactLog facts;

    @BeforeEach
    void rest() {
        rest = new ImagesOverRest(service, token.header());
        facts = new FactLog(kafka, Topics.IMAGE);
    }

    @AfterEach
    void noRuleIsLeft() throws Exception {
        rest.delete("image-rules/ruled");
        facts.close();
    }

    @Test
    void theFatImageBreaksEveryBudgetAndTheSlimOneNone() throws Exception {
        FatImage.fat().push(registry, "budget/fat", "latest");
        FatImage.slim().push(registry, "budget/slim", "1");
        make(Map.of(
                "mostBytes", 1024, "mostLayers", 4, "mostPorts", 2, "onlyPorts", List.of("8080/tcp"), "notRoot", true, "noSecrets", true, "withoutPackages", List.of("guava@33*"), "worstGrade", "B",
                "mostWastedPercent", 10), "budget/*");
        ImageCheckView fat = check("budget/fat:latest");
        assertThat(fat.admitted()).isFalse();
        assertThat(fat.rules()).singleElement().satisfies(rule -> {
            assertThat(rule.holds()).isFalse();
            assertThat(rule.breaches()).extracting(Breach::budget).containsExactly(
                    ImageBudget.SIZE, ImageBudget.LAYERS, ImageBudget.ROOT, ImageBudget.PORTS, ImageBudget.PORT_NUMBERS, ImageBudget.SECRETS, ImageBudget.GRADE, ImageBudget.WASTE, ImageBudget.PACKAGES);
            assertThat(rule.breaches().get(3)).isEqualTo(new Breach(ImageBudget.PORTS, "it exposes 24 ports", "2 ports", "one program an image, and the ports that it needs"));
        });
        assertThat(Json.write(fat)).doesNotContain(FatImage.TOKEN, FatImage.PASSWORD);
        ImageCheckView slim = check("budget/slim:1");
        assertThat(slim.rules().getFirst().breaches()).isEmpty();
        assertThat(slim.admitted()).isTrue();
    }

    @Test
    void imagesThatAreHereAndThatComeInAreJudgedAndOthersToldOfIt() throws Exception {
        SampleImage here = SampleImage.of(Map.of("was", "here"));
        registry.push("judged/here", "1", here);
        ImageRuleView rule = make(Map.of("notRoot", true), "judged/*");
        AdmissionEvent.RulesChanged changed = facts.next(AdmissionEvent.RulesChanged.class, e -> e.rule().equals("ruled"));
        assertThat(changed.version()).isEqualTo(rule.version());
        assertThat(changed.rules()).extracting(RuleInForce::name, RuleInForce::version).containsExactly(tuple("ruled", rule.version()));
        assertThat(verdict("judged/here", here.digest(), 1).breaches()).extracting(Breach::budget).containsExactly(ImageBudget.ROOT);
        LayeredImage comes = FatImage.slim();
        comes.push(registry, "judged/comes", "1");
        ImageVerdict good = verdict("judged/comes", comes.digest(), 1);
        assertThat(good.holds()).isTrue();
        assertThat(good.version()).isEqualTo(rule.version());
        change(Map.of("repositories", List.of("judged/*"), "budgets", Map.of("mostLayers", 1)));
        assertThat(verdict("judged/here", here.digest(), 1).holds()).isTrue();
        assertThat(verdict("judged/comes", comes.digest(), 1).breaches()).extracting(Breach::budget).containsExactly(ImageBudget.LAYERS);
        assertThat(rest.delete("image-rules/ruled").statusCode()).isEqualTo(204);
        assertThat(facts.next(AdmissionEvent.RulesChanged.class, e -> e.version() > rule.version() + 1).rules()).isEmpty();
        facts.next(ImageEvent.Judged.class, e -> e.manifest().equals(here.digest()) && e.verdicts().isEmpty());
    }

    @Test
    void aWaiverLetsOneImageInUntilItEndsWhichIsTold() throws Exception {
        SampleImage image = SampleImage.of(Map.of("for", "a time"));
        SampleImage other = SampleImage.of(Map.of("not", "meant"));
        registry.push("waived/web", "1", image);
        registry.push("waived/web", "2", other);
        make(Map.of("notRoot", true), "waived/*");
        verdict("waived/web", image.digest(), 1);
        WaiverView waiver = Json.read(waive(Map.of("rule", "ruled", "images", "waived/web@" + image.digest(), "reason", "it is mended on Monday", "lasts", "PT3S"), 201), WaiverView.class);
        assertThat(facts.next(AdmissionEvent.Waived.class, e -> e.id().equals(waiver.id())).reason()).isEqualTo("it is mended on Monday");
        assertThat(facts.next(ImageEvent.Judged.class, e -> e.manifest().equals(image.digest())).verdicts().getFirst().waivedUntil()).isEqualTo(waiver.until());
        assertThat(check("waived/web:1").admitted()).isTrue();
        assertThat(check("waived/web:2").admitted()).isFalse();
        assertThat(waivers().getFirst().expired()).isFalse();
        assertThat(facts.next(AdmissionEvent.WaiverEnded.class, e -> e.id().equals(waiver.id())).expired()).isTrue();
        assertThat(check("waived/web:1").admitted()).isFalse();
        assertThat(waivers().getFirst()).satisfies(one -> {
            assertThat(one.expired()).isTrue();
            assertThat(one.by()).isEqualTo("unknown");
        });
        assertThat(rest.delete("image-waivers/" + waiver.id()).statusCode()).isEqualTo(204);
        assertThat(waivers()).isEmpty();
    }

    @Test
    void aWaiverThatIsTakenBackOrWhoseRuleGoesLetsNothingInAnyLonger() throws Exception {
        SampleImage image = SampleImage.of(Map.of("taken", "back"));
        registry.push("waived/back", "1", image);
        make(Map.of("notRoot", true), "waived/*");
        WaiverView first = Json.read(waive(Map.of("rule", "ruled", "images", "waived/back", "reason", "why", "lasts", "P1D"), 201), WaiverView.class);
        assertThat(check("waived/back:1").admitted()).isTrue();
        assertThat(rest.delete("image-waivers/" + first.id()).statusCode()).isEqualTo(204);
        assertThat(facts.next(AdmissionEvent.WaiverEnded.class, e -> e.id().equals(first.id())).expired()).isFalse();
        assertThat(check("waived/back:1").admitted()).isFalse();
        WaiverView second = Json.read(waive(Map.of("rule", "ruled", "images", image.digest().value(), "reason", "why", "lasts", "P1D"), 201), WaiverView.class);
        assertThat(rest.delete("image-rules/ruled").statusCode()).isEqualTo(204);
        assertThat(facts.next(AdmissionEvent.WaiverEnded.class, e -> e.id().equals(second.id())).expired()).isFalse();
        assertThat(waivers()).isEmpty();
    }

    @Test
    void aWaiverThatCantBeIsRefusedWithTheField() throws Exception {
        make(Map.of("notRoot", true), "waived/*");
        assertThat(waive(Map.of("rule", "ruled", "images", "waived/web:1", "reason", "why", "lasts", "P1D"), 400)).contains("a tag may mean something else tomorrow", "\"field\":\"images\"");
        assertThat(waive(Map.of("rule", "ruled", "images", "waived/web", "reason", "why", "lasts", "P91D"), 400)).contains("at most 90 days", "\"field\":\"lasts\"");
        assertThat(waive(Map.of("rule", "ruled", "images", "waived/web", "reason", "why", "until", "2020-01-01T00:00:00Z"), 400)).contains("\"field\":\"until\"");
        assertThat(waive(Map.of("rule", "ruled", "images", "waived/web", "reason", " ", "lasts", "P1D"), 400)).contains("\"field\":\"reason\"");
        assertThat(waive(Map.of("rule", "ruled", "images", "waived/web", "reason", "why"), 400)).contains("neither until nor lasts");
        assertThat(waive(Map.of("rule", "none", "images", "waived/web", "reason", "why", "lasts", "P1D"), 404)).contains("there is no image rule 'none'");
    }

    @Test
    void aRuleIsChangedAndRemovedOnlyAsItWasSeen() throws Exception {
        ImageRuleView rule = make(Map.of("notRoot", true), "seen/*");
        assertThat(rest.get("image-rules/ruled").headers().firstValue("ETag")).contains("\"" + rule.version() + "\"");
        ImageRuleView changed = change(Map.of("mode", "WARN", "repositories", List.of("seen/*"), "budgets", Map.of("notRoot", true)));
        assertThat(changed.version()).isGreaterThan(rule.version());
        HttpResponse<byte[]> stale = rest.sendSeen("DELETE", "image-rules/ruled", "\"" + rule.version() + "\"");
        assertThat(stale.statusCode()).isEqualTo(412);
        assertThat(rest.sendSeen("DELETE", "image-rules/ruled", "\"" + changed.version() + "\"").statusCode()).isEqualTo(204);
        assertThat(rest.get("image-rules/ruled").statusCode()).isEqualTo(404);
    }

    @Test
    void aRuleThatCantBeIsRefusedWithTheField() throws Exception {
        assertThat(refused(Map.of("name", "Ruled", "spec", Map.of()))).contains("\"field\":\"spec.repositories\"");
        assertThat(refused(Map.of("name", "Ruled", "spec", Map.of("repositories", List.of("x"), "budgets", Map.of("notRoot", true))))).contains("\"field\":\"name\"");
        assertThat(refused(rule(Map.of("repositories", List.of("x"), "budgets", Map.of())))).contains("budgets limits nothing");
        assertThat(refused(rule(Map.of("repositories", List.of(), "budgets", Map.of("notRoot", true))))).contains("\"field\":\"spec.repositories\"");
        assertThat(refused(rule(Map.of("repositories", List.of("x y"), "budgets", Map.of("notRoot", true))))).contains("names no repositories");
        assertThat(refused(rule(Map.of("repositories", List.of("x"), "budgets", Map.of("mostLayers", -1))))).contains("\"field\":\"spec.budgets.mostLayers\"");
        assertThat(refused(rule(Map.of("repositories", List.of("x"), "budgets", Map.of("signedBy", List.of("a key")))))).contains("\"field\":\"spec.budgets.signedBy[0]\"", "give what is in cosign.pub");
        make(Map.of("notRoot", true), "x");
        assertThat(rest.post("image-rules", rule(Map.of("repositories", List.of("x"), "budgets", Map.of("notRoot", true)))).statusCode()).isEqualTo(409);
        assertThat(rest.get("images/none/such:1/check").statusCode()).isEqualTo(404);
    }

    @Test
    void aSignatureByTagOrByReferrerLetsInAndOneOfAnotherKeyOrImageDoesnt() throws Exception {
        CosignKey key = CosignKey.ecdsa();
        SampleImage byTag = SampleImage.of(Map.of("signed", "by tag"));
        SampleImage byReferrer = SampleImage.of(Map.of("signed", "by referrer"));
        registry.push("signed/web", "1", byTag);
        registry.push("signed/web", "2", byReferrer);
        make(Map.of("signedBy", List.of(key.pem())), "signed/*");
        assertThat(verdict("signed/web", byTag.digest(), 1).breaches()).extracting(Breach::figure).containsExactly("it isn't signed");
        byte[] payload = CosignKey.payload("signed/web", byTag.digest());
        // what another key signed, and what speaks of another image, at the place of the signature
        String tag = "sha256-" + byTag.digest().hex() + ".sig";
        pushSignature(tag, payload, CosignKey.ecdsa().sign(payload), null);
        assertThat(verdict("signed/web", byTag.digest(), 1).breaches().getFirst().figure()).contains("by another key");
        byte[] ofAnother = CosignKey.payload("signed/web", byReferrer.digest());
        pushSignature(tag, ofAnother, key.sign(ofAnother), null);
        assertThat(verdict("signed/web", byTag.digest(), 1).breaches().getFirst().figure()).contains("its payload speaks of another image, " + byReferrer.digest());
        pushSignature(tag, payload, key.sign(payload), null);
        assertThat(verdict("signed/web", byTag.digest(), 1).holds()).isTrue();
        pushSignature(null, ofAnother, key.sign(ofAnother), byReferrer);
        assertThat(facts.next(ImageEvent.Judged.class, e -> e.manifest().equals(byReferrer.digest()) && e.verdicts().getFirst().holds()).verdicts()).hasSize(1);
        // a signature that is taken away signs nothing
        registry.send("DELETE", "/v2/signed/web/manifests/" + tag);
        facts.next(ImageEvent.Judged.class, e -> e.manifest().equals(byTag.digest()) && !e.verdicts().getFirst().holds());
    }

    /** As cosign lays it there: by its tag, or with a subject as a referrer. */
    private void pushSignature(String tag, byte[] payload, String signature, SampleImage subject) throws Exception {
        byte[] config = "{\"architecture\":\"\",\"created\":\"0001-01-01T00:00:00Z\",\"os\":\"\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]},\"config\":{}}".getBytes(StandardCharsets.UTF_8);
        registry.pushBlob("signed/web", config);
        registry.pushBlob("signed/web", payload);
        Map<String, Object> layer = new TreeMap<>(SampleImage.descriptor(SimpleSignature.MEDIA_TYPE, payload));
        layer.put("annotations", Map.of(SimpleSignature.ANNOTATION, signature));
        Map<String, Object> manifest = new TreeMap<>(Map.of(
                "schemaVersion", 2, "mediaType", "application/vnd.oci.image.manifest.v1+json",
                "config", SampleImage.descriptor(subject == null ? "application/vnd.oci.image.config.v1+json" : SimpleSignature.ARTIFACT_TYPE, config), "layers", List.of(layer)));
        if (subject != null) {
            manifest.put("subject", SampleImage.descriptor("application/vnd.oci.image.manifest.v1+json", subject.manifest()));
        }
        byte[] body = Json.write(manifest).getBytes(StandardCharsets.UTF_8);
        assertThat(registry.pushManifest("signed/web", tag == null ? BlobWriter.digestOf(body).value() : tag, body).statusCode()).isEqualTo(201);
    }

    /** What was said of it next. */
    private ImageVerdict verdict(String repository, Digest manifest, int rules) {
        ImageEvent.Judged judged = facts.next(ImageEvent.Judged.class, e -> e.reference().repository().equals(repository) && e.manifest().equals(manifest));
        assertThat(judged.verdicts()).hasSize(rules);
        return judged.verdicts().getFirst();
    }

    private ImageRuleView make(Map<String, Object> budgets, String repositories) throws Exception {
        HttpResponse<byte[]> made = rest.post("image-rules", rule(Map.of("repositories", List.of(repositories), "budgets", budgets)));
        assertThat(made.statusCode()).as(new String(made.body())).isEqualTo(201);
        return Json.read(new String(made.body()), ImageRuleView.class);
    }

    private ImageRuleView change(Map<String, Object> spec) throws Exception {
        HttpResponse<byte[]> changed = rest.send("PUT", "image-rules/ruled", BodyPublishers.ofString(Json.write(spec)), "application/json");
        assertThat(changed.statusCode()).as(new String(changed.body())).isEqualTo(200);
        return Json.read(new String(changed.body()), ImageRuleView.class);
    }

    private static Map<String, Object> rule(Map<String, Object> spec) {
        return Map.of("name", "ruled", "spec", spec);
    }

    private String refused(Map<String, Object> rule) throws Exception {
        HttpResponse<byte[]> answer = rest.post("image-rules", rule);
        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(400);
        return new String(answer.body());
    }

    private String waive(Map<String, Object> waiver, int status) throws Exception {
        HttpResponse<byte[]> answer = rest.post("image-waivers", waiver);
        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(status);
        return new String(answer.body());
    }

    private List<WaiverView> waivers() throws Exception {
        return Json.read(new String(rest.get("image-waivers?rule=ruled").body()), JsonNode.class).path("items").valueStream()
                .map(each -> Json.mapper().convertValue(each, WaiverView.class)).toList();
    }

    private ImageCheckView check(String reference) throws Exception {
        HttpResponse<byte[]> answer = rest.get("images/" + reference + "/check");
        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(200);
        return Json.read(new String(answer.body()), ImageCheckView.class);
    }
}
