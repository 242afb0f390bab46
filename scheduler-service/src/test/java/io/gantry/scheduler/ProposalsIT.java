package io.gantry.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.fixture.Tables;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Deployments that need network-service's word for their ports and virtual IP. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class ProposalsIT extends SchedulerScene {
    @Test
    void aDeploymentWhosePortIsTakenIsRefusedAndLeavesNothing() throws Exception {
        String image = "shop/port-" + run;
        push(image, "1");
        String body = "{\"name\":\"port-%s\",\"spec\":%s}".formatted(run, spec(image + ":1", 1, FakeHosts.TAKEN_PORT));
        var refused = call("POST", "/deployments", body);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
        JsonNode problem = Json.read(refused.body(), JsonNode.class);
        assertThat(problem.path("type").asText()).endsWith("/port-in-use");
        assertThat(problem.path("detail").asText()).isEqualTo("port 666/tcp is held by container beast");
        assertThat(problem.path("field").asText()).isEqualTo("spec.template.ports[0].hostPort");
        assertThat(problem.path("hint").asText()).isNotBlank();
        assertThat(call("GET", "/deployments/port-" + run, null).statusCode()).isEqualTo(404);
        assertThat(Tables.rows(jdbc, "select name from proposal")).isEmpty();

        deploy("port-" + run, image + ":1", 1); // its name is free again
        hosts.await(DeploymentEvent.RolloutFinished.class, event -> event.name().equals("port-" + run));
        assertThat(hosts.seen(DeploymentEvent.Created.class)).hasSize(1);
        assertThat(hosts.seen(DeploymentEvent.ContainerWanted.class)).hasSize(1);
    }

    @Test
    void anUpdateWhosePortIsTakenIsRefusedAndChangesNothing() throws Exception {
        String image = "shop/more-" + run;
        push(image, "1");
        deploy("more-" + run, image + ":1", 1);
        JsonNode before = get("/deployments/more-" + run + "?wait=steady&timeout=PT30S");
        var refused = call("PUT", "/deployments/more-" + run, spec(image + ":1", 1, FakeHosts.TAKEN_PORT));
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
        assertThat(Json.read(refused.body(), JsonNode.class).path("field").asText()).isEqualTo("template.ports[0].hostPort");
        JsonNode after = get("/deployments/more-" + run);
        for (String field : List.of("spec", "revision", "status", "replicas")) {
            assertThat(after.path(field)).isEqualTo(before.path(field));
        }
        assertThat(get("/deployments/more-" + run + "/revisions").path("items")).hasSize(1);

        assertThat(call("PUT", "/deployments/more-" + run, spec(image + ":1", 1, 668)).statusCode()).isEqualTo(200);
        assertThat(get("/deployments/more-" + run + "?wait=steady&timeout=PT30S").path("revision").asInt()).isEqualTo(2);
        assertThat(call("POST", "/deployments/more-" + run + "/rollback", null).statusCode()).isEqualTo(200);
        assertThat(get("/deployments/more-" + run + "/revisions").path("items").findValuesAsText("reason"))
                .containsExactly("rolled back to revision 1", "changed by a person", "created");
        hosts.await(DeploymentEvent.RolloutStarted.class, event -> event.to() == 3);
        assertThat(hosts.seen(DeploymentEvent.RolloutStarted.class)).extracting(DeploymentEvent.RolloutStarted::to).containsExactly(2, 3);
        assertThat(users()).as("what image-service must keep").contains("deployment more-" + run + ", revision 3", "deployment more-" + run + ", revision 2", "deployment more-" + run + ", revision 1");
        assertThat(call("DELETE", "/deployments/more-" + run, null).statusCode()).isEqualTo(204);
        assertThat(users()).noneMatch(user -> user.startsWith("deployment more-" + run));
    }

    private List<String> users() throws Exception {
        return get("/images-in-use").path("items").findValuesAsText("by");
    }

    @Test
    void whatNetworkServiceDoesNotAnswerInTimeIsWithdrawn() throws Exception {
        String image = "shop/silent-" + run;
        push(image, "1");
        String body = "{\"name\":\"silent-%s\",\"spec\":%s}".formatted(run, spec(image + ":1", 1, FakeHosts.SILENT_PORT));
        var late = call("POST", "/deployments", body);
        assertThat(late.statusCode()).as(late.body()).isEqualTo(504);
        var wanted = hosts.await(DeploymentEvent.ServiceWanted.class, event -> event.name().equals("silent-" + run));
        hosts.await(DeploymentEvent.ServiceUnwanted.class, event -> event.id().equals(wanted.id()));
        assertThat(call("GET", "/deployments/silent-" + run, null).statusCode()).isEqualTo(404);
        hosts.grant(wanted); // too late
        deploy("silent-" + run, image + ":1", 1);
        hosts.await(DeploymentEvent.RolloutFinished.class, event -> event.name().equals("silent-" + run));

        var questions = hosts.seen(DeploymentEvent.ServiceWanted.class);
        assertThat(call("PUT", "/deployments/silent-" + run, spec(image + ":1", 1, FakeHosts.SILENT_PORT)).statusCode()).isEqualTo(504);
        assertThat(get("/deployments/silent-" + run).path("revision").asInt()).isEqualTo(1);
        // what it had is wanted again, in case the grant is only late
        hosts.await(DeploymentEvent.ServiceWanted.class, event -> event.ports().isEmpty() && !questions.contains(event));
        assertThat(hosts.seen(DeploymentEvent.Created.class)).extracting(DeploymentEvent.Created::id).doesNotContain(wanted.id());
    }

    @Test
    void whatIsWantedWhileNetworkServiceIsAskedStaysWhenItGrants() throws Exception {
        String image = "shop/asked-" + run;
        push(image, "1");
        deploy("asked-" + run, image + ":1", 1);
        get("/deployments/asked-" + run + "?wait=steady&timeout=PT30S");
        var change = CompletableFuture.supplyAsync(() -> put("/deployments/asked-" + run, spec(image + ":1", 1, FakeHosts.SILENT_PORT)));
        var asked = hosts.await(DeploymentEvent.ServiceWanted.class, event -> !event.ports().isEmpty());
        assertThat(users()).as("also what isn't granted yet").contains("deployment asked-" + run + ", revision 1", "deployment asked-" + run);
        assertThat(call("POST", "/deployments/asked-" + run + "/scale?replicas=2", null).statusCode()).isEqualTo(200);
        hosts.grant(asked);
        assertThat(change.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        JsonNode after = get("/deployments/asked-" + run);
        assertThat(after.path("revision").asInt()).isEqualTo(2);
        assertThat(after.path("spec").path("replicas").asInt()).isEqualTo(2);
        assertThat(Tables.rows(jdbc, "select number::text from revision where request = '%s'".formatted(asked.request()))).containsExactly("2");
    }

    @Test
    void whatAnotherReplicaOfTheServiceWasToldIsAnsweredByWhatBecameOfIt() throws Exception {
        String image = "shop/other-" + run;
        push(image, "1");
        deploy("other-" + run, image + ":1", 1);
        var dropped = CompletableFuture.supplyAsync(() -> put("/deployments/other-" + run, spec(image + ":1", 1, FakeHosts.SILENT_PORT)));
        var first = hosts.await(DeploymentEvent.ServiceWanted.class, event -> !event.ports().isEmpty());
        update("delete from proposal where request = '%s'".formatted(first.request()));
        assertThat(dropped.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(504);

        var made = CompletableFuture.supplyAsync(() -> put("/deployments/other-" + run, spec(image + ":1", 1, FakeHosts.SILENT_PORT)));
        var second = hosts.await(
                DeploymentEvent.ServiceWanted.class, event -> !event.ports().isEmpty() && !event.request().equals(first.request()));
        update("delete from proposal where request = '%s'".formatted(second.request()));
        update("update revision set request = '%s' where deployment = '%s'".formatted(second.request(), second.id()));
        assertThat(made.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void aProposalThatNobodyWaitsForAnyMoreIsWithdrawn() throws Exception {
        DeploymentId id = new DeploymentId(Ids.of("deployment", Instant.now(), RANDOM));
        String image = "shop/orphan-" + run;
        push(image, "1");
        update("insert into proposal (deployment, request, project, name, body, since) values ('%s', '%s', 'default', 'orphan-%s', '{}', '%s')"
                .formatted(id, Ids.uuid7(Instant.now(), RANDOM), run, Instant.now().minusSeconds(60)));
        String body = "{\"name\":\"orphan-%s\",\"spec\":%s}".formatted(run, spec(image + ":1", 1));
        assertThat(call("POST", "/deployments", body).statusCode()).isEqualTo(409);
        // whatever is due next makes the service look: this rollout's deadline
        call("POST", "/deployments", body.replace("\"orphan-", "\"waker-").replace("PT30S", "PT1S"));
        hosts.await(DeploymentEvent.ServiceUnwanted.class, event -> event.id().equals(id));
        assertThat(call("POST", "/deployments", body).statusCode()).isEqualTo(201);
    }

    private HttpResponse<String> put(String path, String body) {
        try {
            return call("PUT", path, body);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void update(String statement) throws SQLException {
        try (var connection = jdbc.getConnection();
                var sql = connection.createStatement()) {
            sql.executeUpdate(statement);
        }
    }
}
