package io.gantry.image.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.ImageUse;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.RetentionReportView;
import io.gantry.contracts.view.RetentionReportView.Gone;
import io.gantry.contracts.view.RetentionReportView.Kept;
import io.gantry.contracts.view.RetentionReportView.Reason;
import io.gantry.image.Database;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.ImagesOverRest;
import io.gantry.image.fixture.SampleImage;
import io.gantry.image.registry.store.Manifests;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules for tags, made, followed and removed. */
@QuarkusTest
class RetentionIT extends ImageServiceTest {
    @Inject Manifests manifests;
    @Inject Database database;

    @ConfigProperty(name = "gantry.test.uses")
    Path uses;

    private ImagesOverRest rest;

    @BeforeEach
    void rest() {
        rest = new ImagesOverRest(service, token.header());
    }

    @AfterEach
    void nothingIsInUse() throws Exception {
        Files.deleteIfExists(uses.resolve("container-service"));
        rest.delete("retentions/kept");
    }

    @Test
    void tagsThatNoRuleKeepsGoAndThoseInUseStay() throws Exception {
        SampleImage used = SampleImage.of(Map.of("which", "used"));
        registry.push("several/web", "running", used);
        for (String tag : List.of("1", "2", "3", "v1")) {
            registry.push("several/web", tag, SampleImage.of(Map.of("which", tag)));
        }
        registry.push("left/web", "1", used);
        say(new ImageUse("container web", used.digest(), List.of()));
        HttpResponse<byte[]> made = rest.post("retentions", Map.of("name", "kept", "repositories", "several/*", "keepLast", 1, "keepTags", List.of("1")));
        assertThat(made.statusCode()).as(new String(made.body())).isEqualTo(201);
        assertThat(new String(rest.get("retentions").body())).contains("\"name\":\"kept\"", "\"keepLast\":1");
        RetentionReportView asked = apply(true);
        assertThat(asked.gone()).extracting(Gone::repository, Gone::tag).containsExactly(tuple("several/web", "3"), tuple("several/web", "2"));
        assertThat(asked.kept()).extracting(Kept::tag, Kept::reason, Kept::by).containsExactly(
                tuple("v1", Reason.LAST, "kept"), tuple("1", Reason.PATTERN, "kept"), tuple("running", Reason.IN_USE, "container web"));
        assertThat(tags()).containsExactly("1", "2", "3", "running", "v1");
        assertThat(apply(false).gone()).isEqualTo(asked.gone());
        assertThat(tags()).containsExactly("1", "running", "v1");
        assertThat(apply(false).gone()).isEmpty();
        assertThat(rest.delete("retentions/kept").statusCode()).isEqualTo(204);
        assertThat(apply(false).kept()).isEmpty();
    }

    @Test
    void withoutKnowingWhatIsInUseNoTagGoes() throws Exception {
        registry.push("kept/unknown", "1", SampleImage.of(Map.of("un", "known")));
        rest.post("retentions", Map.of("name", "kept", "repositories", "kept/unknown", "keepLast", 0));
        Files.writeString(uses.resolve("container-service"), "");
        HttpResponse<byte[]> answer = rest.post("retentions/apply", Map.of());
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(new String(answer.body())).contains("container-service doesn't say which images are in use");
        assertThat(registry.send("GET", "/v2/kept/unknown/manifests/1").statusCode()).isEqualTo(200);
    }

    @Test
    void aTagThatMovedMeanwhileStays() throws Exception {
        SampleImage one = SampleImage.of(Map.of("moves", "1"));
        registry.push("kept/moves", "1", one);
        registry.push("kept/moves", "1", SampleImage.of(Map.of("moves", "2")));
        assertThat(database.await(() -> manifests.untag("kept/moves", "1", one.digest()))).isFalse();
        assertThat(registry.send("GET", "/v2/kept/moves/manifests/1").statusCode()).isEqualTo(200);
    }

    @Test
    void aRuleThatSaysNothingOrHasItsNameFromAnotherIsRefused() throws Exception {
        HttpResponse<byte[]> nothing = rest.post("retentions", Map.of("name", "kept", "repositories", "x"));
        assertThat(nothing.statusCode()).isEqualTo(400);
        assertThat(new String(nothing.body())).contains("neither keepLast nor keepYounger", "\"field\":\"keepLast\"");
        Map<String, Object> rule = Map.of("name", "kept", "repositories", "x", "keepYounger", "P30D");
        assertThat(rest.post("retentions", rule).statusCode()).isEqualTo(201);
        HttpResponse<byte[]> again = rest.post("retentions", rule);
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(new String(again.body())).contains("there is a rule 'kept' already");
        assertThat(rest.delete("retentions/none").statusCode()).isEqualTo(404);
    }

    private RetentionReportView apply(boolean dryRun) throws Exception {
        HttpResponse<byte[]> answer = rest.post("retentions/apply?dryRun=" + dryRun, Map.of());
        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(200);
        return Json.read(new String(answer.body()), RetentionReportView.class);
    }

    private List<String> tags() throws Exception {
        return Json.read(new String(registry.send("GET", "/v2/several/web/tags/list").body()), JsonNode.class).path("tags").valueStream().map(each -> each.asText()).toList();
    }

    private void say(ImageUse use) throws Exception {
        Files.writeString(uses.resolve("container-service"), Json.write(new Items<>(List.of(use))));
    }
}
