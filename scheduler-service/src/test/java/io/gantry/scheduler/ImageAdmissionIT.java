package io.gantry.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.AdmissionEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.event.RuleEvent;
import io.gantry.contracts.spec.ImageBudget;
import io.gantry.contracts.spec.ImageRuleMode;
import io.gantry.contracts.spec.ImageVerdict;
import io.gantry.contracts.spec.ImageVerdict.Breach;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.RuleInForce;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.RepositoryPattern;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.fixture.Tables;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What deployments are made of is let in by the rules that image-service told of; the test plays it. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class ImageAdmissionIT extends SchedulerScene {
    private static final Breach FAT = new Breach(ImageBudget.SIZE, "its layers have 2 GiB", "500 MiB", "begin with a smaller image");
    private static final String BREAKS = " breaks the rule 'small': its layers have 2 GiB; the rule allows 500 MiB";

    @AfterEach
    void noRuleIsLeft() throws Exception {
        rules();
        awaitRows("select rules from image_rules", "[]");
    }

    @Test
    void nothingIsDeployedOrRolledOutThatBreaksAnEnforcedRule() throws Exception {
        String repository = "gate/roll-" + run;
        RuleInForce rule = enforced(ImageRuleMode.ENFORCE);
        ResolvedImage good = judged(repository, "1", rule);
        ResolvedImage fat = judged(repository, "2", rule, FAT);
        HttpResponse<String> refused = call("POST", "/deployments", "{\"name\":\"fat-%s\",\"spec\":%s}".formatted(run, spec(repository + ":2", 1)));
        assertRefused(refused, repository, fat);
        assertThat(call("GET", "/deployments/fat-" + run, null).statusCode()).isEqualTo(404);
        deploy("roll-" + run, repository + ":1", 1);
        steady("roll-" + run);
        assertRefused(call("PUT", "/deployments/roll-" + run, spec(repository + ":2", 1)), repository, fat);
        assertThat(get("/deployments/roll-" + run).path("revision").asInt()).isEqualTo(1);
        assertThat(get("/deployments/roll-" + run).path("warnings")).isEmpty();
        assertThat(good.manifest()).isNotEqualTo(fat.manifest());
    }

    @Test
    void whatRunsGoesOnAndIsSaidButGrowsNoMore() throws Exception {
        String repository = "gate/grow-" + run;
        ResolvedImage image = push(repository, "1");
        deploy("grow-" + run, repository + ":1", 2);
        steady("grow-" + run);
        verdict(repository, image, enforced(ImageRuleMode.ENFORCE), FAT);
        JsonNode seen = await("warnings", () -> get("/deployments/grow-" + run), view -> view.path("warnings").path(0).asText().contains("breaks"));
        assertThat(seen.path("warnings").path(0).asText()).isEqualTo(repository + "@" + image.manifest() + BREAKS + ". What runs goes on; no further replica or revision of it is made");
        assertThat(seen.path("status").asText()).isEqualTo("STEADY");
        assertThat(seen.path("ready").asInt()).isEqualTo(2);
        assertRefused(call("POST", "/deployments/grow-" + run + "/scale?replicas=3", null), repository, image);
        assertRefused(call("PUT", "/deployments/grow-" + run, spec(repository + ":1", 3)), repository, image);
        assertThat(call("POST", "/deployments/grow-" + run + "/scale?replicas=1", null).statusCode()).as("fewer are no new ones").isEqualTo(200);
        assertThat(get("/deployments/grow-" + run).path("spec").path("replicas").asInt()).isEqualTo(1);
    }

    @Test
    void goingBackToWhatBreaksANewRuleIsRefusedUntilItIsWaived() throws Exception {
        String repository = "gate/back-" + run;
        ResolvedImage old = push(repository, "1");
        ResolvedImage now = push(repository, "2");
        deploy("back-" + run, repository + ":1", 1);
        steady("back-" + run);
        assertThat(call("PUT", "/deployments/back-" + run, spec(repository + ":2", 1)).statusCode()).isEqualTo(200);
        steady("back-" + run);
        RuleInForce rule = enforced(ImageRuleMode.ENFORCE);
        verdict(repository, now, rule);
        verdict(repository, old, rule, FAT);
        awaitVerdict(repository, old);
        awaitVerdict(repository, now);
        assertRefused(call("POST", "/deployments/back-" + run + "/rollback", null), repository, old);
        hosts.say(new ImageEvent.Judged(
                reference(repository, old), old.manifest(), List.of(new ImageVerdict("small", rule.version(), List.of(FAT), Instant.now().plusSeconds(600)))));
        await("rollback", () -> call("POST", "/deployments/back-" + run + "/rollback", null).statusCode(), status -> status == 200);
        assertThat(get("/deployments/back-" + run).path("warnings").path(0).asText()).contains(BREAKS, "it is let in until");
    }

    @Test
    void aRuleThatWarnsRefusesNothingAndIsSaid() throws Exception {
        String repository = "gate/warn-" + run;
        judged(repository, "1", enforced(ImageRuleMode.WARN), FAT);
        HttpResponse<String> made = call("POST", "/deployments", "{\"name\":\"warn-%s\",\"spec\":%s}".formatted(run, spec(repository + ":1", 1).replace("\"resources\"", "\"network\": \"none\", \"resources\"")));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(Json.read(made.body(), JsonNode.class).path("warnings").path(0).asText()).contains(BREAKS);
    }

    @Test
    void anAutomationRuleWaitsForTheVerdictAndRollsOutOnlyWhatHolds() throws Exception {
        String repository = "gate/auto-" + run;
        RuleInForce rule = enforced(ImageRuleMode.ENFORCE);
        judged(repository, "live", rule);
        deploy("auto-" + run, repository + ":live", 1);
        steady("auto-" + run);
        call("POST", "/rules", "{\"name\":\"follow-%s\",\"spec\":{\"when\":{\"event\":\"image-tagged\",\"image\":\"%s:live\"},\"then\":{\"action\":\"roll-out\"}}}".formatted(run, repository));
        ResolvedImage fat = push(repository, "live");
        awaitRows("select count(*) from unjudged_tag", "1");
        verdict(repository, fat, rule, FAT);
        RuleEvent.Ran refused = hosts.await(RuleEvent.Ran.class, event -> event.name().equals("follow-" + run));
        assertThat(refused.outcome()).isEqualTo("auto-" + run + " stays as it is: " + repository + "@" + fat.manifest() + BREAKS);
        ResolvedImage good = push(repository, "live");
        verdict(repository, good, rule);
        hosts.await(RuleEvent.Ran.class, event -> event.outcome().equals("auto-" + run + " rolls out " + good.manifest().hex().substring(0, 12)));
        awaitRows("select trigger from unjudged_tag");
        // one that the tag meant only for a while, and whose verdict comes late, isn't gone back to
        ResolvedImage passing = push(repository, "live");
        awaitRows("select count(*) from unjudged_tag", "1");
        ResolvedImage last = push(repository, "live");
        verdict(repository, last, rule);
        hosts.await(RuleEvent.Ran.class, event -> event.outcome().equals("auto-" + run + " rolls out " + last.manifest().hex().substring(0, 12)));
        verdict(repository, passing, rule);
        awaitVerdict(repository, passing);
        assertThat(hosts.seen(RuleEvent.Ran.class)).noneMatch(event -> event.outcome().contains(passing.manifest().hex().substring(0, 12)));
        call("DELETE", "/rules/follow-" + run, null);
    }

    private void steady(String name) throws Exception {
        JsonNode seen = get("/deployments/" + name + "?wait=steady&timeout=PT30S");
        assertThat(seen.path("status").asText()).as(seen.toString()).isEqualTo("STEADY");
    }

    private static void assertRefused(HttpResponse<String> response, String repository, ResolvedImage image) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(403);
        JsonNode problem = Json.read(response.body(), JsonNode.class);
        assertThat(problem.path("type").asText()).endsWith("/image-refused");
        assertThat(problem.path("detail").asText()).isEqualTo(repository + "@" + image.manifest() + BREAKS);
        assertThat(problem.path("hint").asText()).contains("gantry image waiver add small");
    }

    private RuleInForce enforced(ImageRuleMode mode) throws Exception {
        RuleInForce rule = new RuleInForce("small", System.nanoTime(), mode, List.of(new RepositoryPattern("gate/*-" + run)));
        rules(rule);
        awaitRows("select count(*) from image_rules where version = " + rule.version(), "1");
        return rule;
    }

    private void rules(RuleInForce... all) {
        hosts.say(new AdmissionEvent.RulesChanged("small", all.length == 0 ? System.nanoTime() : all[0].version(), List.of(all)));
    }

    private ResolvedImage judged(String repository, String tag, RuleInForce rule, Breach... breaches) throws Exception {
        ResolvedImage image = push(repository, tag);
        verdict(repository, image, rule, breaches);
        awaitVerdict(repository, image);
        return image;
    }

    private void verdict(String repository, ResolvedImage image, RuleInForce rule, Breach... breaches) {
        hosts.say(new ImageEvent.Judged(reference(repository, image), image.manifest(), List.of(new ImageVerdict("small", rule.version(), List.of(breaches), null))));
    }

    private void awaitVerdict(String repository, ResolvedImage image) throws Exception {
        await("verdict", () -> Tables.rows(jdbc, "select ref from image_verdicts where ref = '" + reference(repository, image) + "'"), rows -> rows.size() == 1);
    }

    private static ImageRef reference(String repository, ResolvedImage image) {
        return ImageRef.parse(repository + "@" + image.manifest());
    }
}
