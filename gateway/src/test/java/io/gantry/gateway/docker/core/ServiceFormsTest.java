package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.Job;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.DeploymentView;
import io.gantry.contracts.view.PortView;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceFormsTest {
    private static final DeploymentSpec ONE = new DeploymentSpec(
            0, ContainerSpec.from(ImageRef.parse("web:1")).ports(List.of(new PortPublish(null, 0, 80, null))).build(), null, Map.of("tier", "front"));
    private static final DeploymentSpec TWO = ONE.withTemplate(ContainerSpec.of(ImageRef.parse("web:2")));

    @ParameterizedTest
    @CsvSource({
        "STEADY, changed by a person, completed", "ROLLING, changed by a person, updating", "FAILED, changed by a person, paused", "STEADY, rolled back to revision 1, rollback_completed",
        "ROLLING, rolled back to revision 1, rollback_started", "FAILED, rolled back by itself: no progress, rollback_completed"
    })
    void whatBecameOfAChangeIsToldInDockersWords(DeploymentView.Status status, String reason, String state) {
        JsonNode json = ServiceForms.inspect(
                Swarm.service("shop", TWO, status, 2, null), Swarm.cluster(), List.of(), List.of(Swarm.revision(2, TWO, reason), Swarm.revision(1, ONE, "created")));
        assertThat(json.path("UpdateStatus").path("State").asText()).isEqualTo(state);
        assertThat(json.path("PreviousSpec").path("TaskTemplate").path("ContainerSpec").path("Image").asText()).isEqualTo("web:1");
        assertThat(json.path("Spec").path("TaskTemplate").path("ContainerSpec").path("Image").asText()).isEqualTo("web:2");
    }

    /** A client would wait for ever otherwise. */
    @Test
    void aFirstRevisionIsNoUpdateUnlessItFails() {
        List<DeploymentView.Revision> first = List.of(Swarm.revision(1, ONE, "created"));
        assertThat(ServiceForms.inspect(Swarm.service("shop", ONE, DeploymentView.Status.ROLLING, 1, null), Swarm.cluster(), List.of(), first).has("UpdateStatus")).isFalse();
        assertThat(ServiceForms.inspect(Swarm.service("shop", ONE, DeploymentView.Status.FAILED, 1, null), Swarm.cluster(), List.of(), first).path("UpdateStatus").path("State").asText())
                .isEqualTo("paused");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "RUNNING | 0, 1 | 1 | updating", "RUNNING | | 2 | updating", "COMPLETE | 0, 1, 2 | 0 | completed", "FAILED | 0 | 2 | paused"
    })
    void aJobTellsHowFarItIs(DeploymentView.Status status, String completed, int desired, String update) {
        DeploymentSpec job = DeploymentSpec.job(ContainerSpec.of(ImageRef.parse("sums:1")), new Job(3, 2, 1), null);
        DeploymentView service = Swarm.job(job, status, 2, completed == null ? "" : completed, null);
        JsonNode json = ServiceForms.counted(ServiceForms.inspect(service, Swarm.cluster(), List.of(), List.of(Swarm.revision(2, job, "changed by a person"))), service);
        assertThat(json.path("JobStatus").toString()).isEqualTo("{\"JobIteration\":{\"Index\":2},\"LastExecution\":\"2026-01-02T00:00:00Z\"}");
        assertThat(json.path("ServiceStatus").path("DesiredTasks").asInt()).isEqualTo(desired);
        assertThat(json.path("ServiceStatus").path("CompletedTasks").asInt()).isEqualTo(service.completed().size());
        assertThat(json.path("UpdateStatus").path("State").asText()).isEqualTo(update);
        assertThat(json.path("Spec").path("Mode").toString()).isEqualTo("{\"ReplicatedJob\":{\"MaxConcurrent\":2,\"TotalCompletions\":3}}");
        assertThat(json.path("Spec").has("UpdateConfig")).isFalse();
        assertThat(ServiceForms.matches(service, ServiceForms.filters("{\"mode\": [\"replicated-job\"]}"))).isTrue();
    }

    @Test
    void aPortThatWasChosenIsTold() {
        PortView chosen = Json.read("{\"hostPort\": 40001, \"protocol\": \"TCP\", \"containerPort\": 80, \"holder\": \"deployment shop\", \"holderId\": \"" + Swarm.DEPLOYMENT + "\"}", PortView.class);
        JsonNode json = ServiceForms.form(Swarm.service("shop", ONE, DeploymentView.Status.STEADY, 1, null), Swarm.cluster(), List.of(chosen));
        assertThat(json.path("Endpoint").path("Ports").get(0).path("PublishedPort").asInt()).isEqualTo(40_001);
        assertThat(json.path("Spec").path("EndpointSpec").path("Ports").get(0).path("PublishedPort").asInt()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{} | true", "{'name': ['sh']} | true", "{'name': ['op']} | false", "{'id': ['0198']} | true", "{'id': ['1']} | false", "{'label': ['tier']} | true",
        "{'label': ['tier=back']} | false", "{'mode': ['replicated']} | true", "{'mode': ['global']} | false"
    })
    void filtersChooseAsDockersDo(String filters, boolean wanted) {
        assertThat(ServiceForms.matches(Swarm.service("shop", ONE, DeploymentView.Status.STEADY, 1, null), ServiceForms.filters(filters.replace('\'', '"')))).isEqualTo(wanted);
    }

    @Test
    void replicasOfARevisionThatIsLikeThePresentAreUpToDate() {
        DeploymentView service = Swarm.service("shop", ONE, DeploymentView.Status.STEADY, 3, null);
        List<DeploymentView.Revision> revisions = List.of(Swarm.revision(3, ONE, "back"), Swarm.revision(2, TWO, "other"), Swarm.revision(1, ONE, "created"));
        assertThat(List.of(ServiceForms.upToDate(service, revisions, 3), ServiceForms.upToDate(service, revisions, 2), ServiceForms.upToDate(service, revisions, 1)))
                .containsExactly(true, false, true);
    }
}
