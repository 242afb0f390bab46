package io.gantry.container.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agroal.api.AgroalDataSource;
import io.gantry.container.fixture.NodeCertificate;
import io.gantry.container.fixture.Peers;
import io.gantry.container.fixture.Samples;
import io.gantry.container.link.LinkPort;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.AdmissionEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.spec.ImageBudget;
import io.gantry.contracts.spec.ImageRuleMode;
import io.gantry.contracts.spec.ImageVerdict;
import io.gantry.contracts.spec.ImageVerdict.Breach;
import io.gantry.contracts.spec.RuleInForce;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.RepositoryPattern;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.fixture.Tables;
import io.gantry.kit.stream.KafkaLink;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What containers are made of is let in by the rules that image-service told of; the test plays it. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class ImageAdmissionIT {
    private static final Digest DIGEST = Samples.image(ImageRef.parse("any:1")).manifest();
    private static final Breach FAT = new Breach(ImageBudget.SIZE, "its layers have 2 GiB", "500 MiB", "begin with a smaller image");

    @TestHTTPResource("/container-service/containers")
    URI containers;

    @TestHTTPResource("/container-service/join-tokens")
    URI joinTokens;

    @Inject ServiceToken token;
    @Inject KafkaLink kafka;
    @Inject LinkPort link;
    @Inject @DataSource("container") AgroalDataSource jdbc;

    private final HttpClient http = HttpClient.newHttpClient();
    private Peers peers;

    @BeforeEach
    void begin() throws Exception {
        NodeCertificate node = NodeCertificate.join(link.number(), json(send("POST", joinTokens, null)).path("token").asText()).certificate();
        peers = new Peers(kafka, node.node());
        peers.nodeReady(1);
    }

    @AfterEach
    @Timeout(20)
    void noRuleIsLeft() throws Exception {
        rules();
        while (!Tables.rows(jdbc, "select rules from image_rules").equals(List.of("[]"))) {
            Thread.sleep(50);
        }
        peers.close();
    }

    @Test
    void whatBreaksAnEnforcedRuleIsRefusedAndLeavesNothing() throws Exception {
        judged("ruled/fat", rule(ImageRuleMode.ENFORCE, "ruled/*"), null, FAT);
        HttpResponse<String> refused = create("fat", "ruled/fat:1");
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
        assertThat(json(refused).path("type").asText()).endsWith("/image-refused");
        assertThat(json(refused).path("detail").asText()).isEqualTo("ruled/fat@" + DIGEST + " breaks the rule 'small': its layers have 2 GiB; the rule allows 500 MiB");
        assertThat(json(refused).path("hint").asText()).contains("gantry image waiver add small ruled/fat@" + DIGEST);
        assertThat(create("fat", "ruled/fat@" + DIGEST).statusCode()).as("by digest, too").isEqualTo(403);
        assertThat(send("GET", URI.create(containers + "/fat"), null).statusCode()).isEqualTo(404);
    }

    @Test
    void aWarningIsInTheAnswer() throws Exception {
        judged("ruled/warned", rule(ImageRuleMode.WARN, "ruled/*"), null, FAT);
        HttpResponse<String> made = create("warned", "ruled/warned:1");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(json(made).path("warnings").path(0).asText()).isEqualTo("ruled/warned@" + DIGEST + " breaks the rule 'small': its layers have 2 GiB; the rule allows 500 MiB");
    }

    @Test
    void aWaiverLetsInUntilItsEndAndWhatWasMadeStays() throws Exception {
        RuleInForce rule = rule(ImageRuleMode.ENFORCE, "ruled/*");
        judged("ruled/waived", rule, Instant.now().plusSeconds(3), FAT);
        HttpResponse<String> made = create("waived", "ruled/waived:1");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(made.body()).contains("it is let in until");
        Instant deadline = Instant.now().plusSeconds(20);
        while (create("late-" + System.nanoTime(), "ruled/waived:1").statusCode() != 403) {
            assertThat(Instant.now()).isBefore(deadline);
            Thread.sleep(200);
        }
        assertThat(send("GET", URI.create(containers + "/waived"), null).statusCode()).isEqualTo(200);
    }

    @Test
    void whatNobodyHasJudgedYetIsWaitedForAndThenRefused() throws Exception {
        RuleInForce rule = rule(ImageRuleMode.ENFORCE, "ruled/*");
        rules(rule);
        push("ruled/soon");
        CompletableFuture<HttpResponse<String>> asked = CompletableFuture.supplyAsync(() -> create("soon", "ruled/soon:1"));
        Thread.sleep(1500);
        assertThat(asked).as("it waits").isNotDone();
        verdict("ruled/soon", rule, null);
        assertThat(asked.get().statusCode()).as(asked.get().body()).isEqualTo(201);
        push("ruled/never");
        HttpResponse<String> never = create("never", "ruled/never:1");
        assertThat(never.statusCode()).as(never.body()).isEqualTo(503);
        assertThat(json(never).path("detail").asText()).isEqualTo("ruled/never@" + DIGEST + " hasn't been checked yet against 'small', and nothing is made of it before");
        assertThat(create("other", "free/other:1").statusCode()).as("no rule is for it, nor is it known").isEqualTo(404);
    }

    /** Once the image is known, so is the rule: both are told, and the rule first. */
    private void judged(String repository, RuleInForce rule, Instant waivedUntil, Breach... breaches) throws Exception {
        rules(rule);
        push(repository);
        verdict(repository, rule, waivedUntil, breaches);
        Instant deadline = Instant.now().plusSeconds(20);
        // aggregates have no order among each other
        while (!known(repository)) {
            assertThat(Instant.now()).isBefore(deadline);
            Thread.sleep(50);
        }
    }

    private boolean known(String repository) throws Exception {
        String query = "select v.ref from image_verdicts v, tags t, image_rules r where v.ref = '%s@%s' and t.reference = '%s:1' and r.rules <> '[]'";
        return Tables.rows(jdbc, query.formatted(repository, DIGEST, repository)).size() == 1;
    }

    private void push(String repository) {
        peers.push(repository + ":1");
        ImageRef reference = ImageRef.parse(repository + "@" + DIGEST);
        peers.say(new ImageEvent.Stored(reference, Samples.image(reference)));
    }

    private void verdict(String repository, RuleInForce rule, Instant waivedUntil, Breach... breaches) {
        peers.say(new ImageEvent.Judged(ImageRef.parse(repository + "@" + DIGEST), DIGEST, List.of(new ImageVerdict(rule.name(), rule.version(), List.of(breaches), waivedUntil))));
    }

    private static RuleInForce rule(ImageRuleMode mode, String repositories) {
        return new RuleInForce("small", System.nanoTime(), mode, List.of(new RepositoryPattern(repositories)));
    }

    private void rules(RuleInForce... all) {
        peers.say(new AdmissionEvent.RulesChanged("small", all.length == 0 ? System.nanoTime() : all[0].version(), List.of(all)));
    }

    private HttpResponse<String> create(String name, String image) {
        try {
            return send("POST", containers, Json.write(new ContainerRequest(name, Samples.spec(image), false)));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpResponse<String> send(String method, URI uri, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri).header("Authorization", token.header()).header("Content-Type", "application/json")
                        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)).build(),
                BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.read(response.body(), JsonNode.class);
    }
}
