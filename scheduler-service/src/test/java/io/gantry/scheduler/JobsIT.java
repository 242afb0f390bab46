package io.gantry.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deployments that come to an end. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class JobsIT extends SchedulerScene {
    @Test
    void isCompleteWhenEachHasEndedWellAndRunsAgainWhenItIsAnother() throws Exception {
        String image = "shop/sums-" + run;
        push(image, "1");
        String name = "sums-" + run;
        hosts.endWith(name, 0, 5, 0, 0);
        make(name, job(image + ":1", "{\"completions\": 3, \"maxConcurrent\": 2}"));
        JsonNode done = settled(name);
        assertThat(done.path("status").asText()).as(done.toString()).isEqualTo("COMPLETE");
        assertThat(done.path("completed")).hasSize(3);
        assertThat(done.path("wanted").asInt()).isEqualTo(3);
        assertThat(done.path("replicas").findValuesAsText("state")).as("four have run, and can be read").containsExactly("EXITED", "EXITED", "EXITED", "EXITED");
        assertThat(hosts.seen(DeploymentEvent.ServiceWanted.class)).as("nobody was asked for a virtual IP").isEmpty();

        push(image, "2");
        hosts.endWith(name, 0, 0, 0);
        assertThat(call("PUT", "/deployments/" + name, job(image + ":2", "{\"completions\": 3}")).statusCode()).isEqualTo(200);
        JsonNode again = settled(name);
        assertThat(again.path("status").asText()).as(again.toString()).isEqualTo("COMPLETE");
        assertThat(again.path("revision").asInt()).isEqualTo(2);
        assertThat(again.path("replicas")).hasSize(7);
        hosts.await(DeploymentEvent.RolloutFinished.class, finished -> finished.revision() == 2);
        assertThat(hosts.seen(DeploymentEvent.RolloutFinished.class)).extracting(DeploymentEvent.RolloutFinished::revision).containsExactly(1, 2);
    }

    @Test
    void hasFailedWhenOneWasTriedAsOftenAsMayBe() throws Exception {
        String image = "shop/bad-" + run;
        push(image, "1");
        String name = "bad-" + run;
        hosts.endWith(name, 4, 4);
        make(name, job(image + ":1", "{\"attempts\": 2}"));
        JsonNode failed = settled(name);
        assertThat(failed.path("status").asText()).as(failed.toString()).isEqualTo("FAILED");
        assertThat(failed.path("detail").asText()).isEqualTo("0 of 1 have ended well; replica 0 has failed 2 times: its container exited with 4");
        hosts.endWith(name, 0);
        assertThat(call("PUT", "/deployments/" + name, job(image + ":1", "{\"attempts\": 3}")).statusCode()).isEqualTo(200);
        assertThat(settled(name).path("status").asText()).as("it has one more").isEqualTo("COMPLETE");
        assertThat(call("POST", "/deployments/" + name + "/scale?replicas=2", null).statusCode()).isEqualTo(409);
    }

    @Test
    void whatRunsNoMoreTakesNoRoomAndGoesWithItsJob() throws Exception {
        String image = "shop/gone-" + run;
        push(image, "1");
        String name = "gone-" + run;
        hosts.endWith(name, 0);
        make(name, job(image + ":1", "{}"));
        String container = settled(name).path("replicas").path(0).path("container").asText();
        awaitRows("select active from reservation where container = '" + container + "'", "f");
        assertThat(call("DELETE", "/deployments/" + name, null).statusCode()).isEqualTo(204);
        hosts.await(DeploymentEvent.ContainerUnwanted.class, unwanted -> unwanted.container().value().equals(container));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"mode\": \"JOB\", \"replicas\": 2, \"template\": {\"image\": \"a:1\"}} | replicas",
        "{\"mode\": \"JOB\", \"template\": {\"image\": \"a:1\", \"ports\": [{\"hostPort\": 80, \"containerPort\": 80}]}} | template.ports",
        "{\"mode\": \"JOB\", \"template\": {\"image\": \"a:1\", \"restart\": {\"mode\": \"ALWAYS\"}}} | template.restart",
        "{\"mode\": \"JOB\", \"rollout\": {\"maxSurge\": 2}, \"template\": {\"image\": \"a:1\"}} | rollout",
        "{\"mode\": \"JOB\", \"job\": {\"completions\": 0}, \"template\": {\"image\": \"a:1\"}} | job.completions",
        "{\"mode\": \"JOB\", \"job\": {\"maxConcurrent\": 0}, \"template\": {\"image\": \"a:1\"}} | job.maxConcurrent",
        "{\"mode\": \"JOB\", \"job\": {\"attempts\": -1}, \"template\": {\"image\": \"a:1\"}} | job.attempts",
        "{\"mode\": \"GLOBAL_JOB\", \"job\": {\"completions\": 2}, \"template\": {\"image\": \"a:1\"}} | job.completions",
        "{\"replicas\": 1, \"job\": {}, \"template\": {\"image\": \"a:1\"}} | job",
    })
    void whatMakesNoSenseOfAJobIsRefusedByItsField(String spec, String field) throws Exception {
        var response = call("POST", "/deployments", "{\"name\":\"refused-%s\",\"spec\":%s}".formatted(run, spec));
        JsonNode problem = Json.read(response.body(), JsonNode.class);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
        assertThat(problem.path("field").asText()).as(response.body()).endsWith(field);
    }

    private static String job(String image, String job) {
        return "{\"mode\": \"JOB\", \"job\": %s, \"template\": {\"image\": \"%s\", \"resources\": {\"memory\": 67108864}}}".formatted(job, image);
    }

    private void make(String name, String spec) throws Exception {
        var made = call("POST", "/deployments", "{\"name\":\"%s\",\"spec\":%s}".formatted(name, spec));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    }

    private JsonNode settled(String name) throws Exception {
        return get("/deployments/" + name + "?wait=steady&timeout=PT30S");
    }
}
