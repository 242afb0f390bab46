package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.Job;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.DeploymentView;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskTest {
    private static final DeploymentSpec SPEC = new DeploymentSpec(1, ContainerSpec.of(ImageRef.parse("web:1")), null, Map.of("com.docker.stack.namespace", "s"));
    private static final DeploymentSpec JOB = DeploymentSpec.job(ContainerSpec.of(ImageRef.parse("sums:1")), new Job(2, null, null), null);
    private static final String REPLICA = "{\"slot\": 0, \"revision\": 1, \"container\": \"%s\", \"state\": \"%s\", \"ready\": true}";

    @ParameterizedTest
    @CsvSource({
        "REQUESTED, false, pending, running", "PLACED, false, assigned, running", "PREPARING, false, preparing, running", "CREATED, false, ready, running",
        "RUNNING, false, starting, running", "RUNNING, true, running, running", "PAUSED, true, running, running", "STOPPING, false, running, running",
        "EXITED, false, complete, running", "FAILED, false, failed, running", "LOST, false, orphaned, running", "REMOVING, false, shutdown, shutdown"
    })
    void aReplicaIsToldInDockersWords(String state, boolean ready, String told, String desired) {
        JsonNode task = one(Swarm.replica('a', state, ready, ""), "RUNNING");
        assertThat(task.path("Status").path("State").asText()).isEqualTo(told);
        assertThat(task.path("DesiredState").asText()).isEqualTo(desired);
        assertThat(task.path("ID").asText()).isEqualTo("a".repeat(64));
        assertThat(task.path("Slot").asInt()).isEqualTo(1);
        assertThat(task.path("ServiceID").asText()).isEqualTo("0198000000007000800000000000000a");
        assertThat(task.path("NodeID").asText()).isEqualTo("01980001000070008000000000000001");
    }

    @Test
    void whatItsDeploymentHasGivenUpShallEnd() {
        assertThat(one(Swarm.replica('a', "RUNNING", true, ""), "REMOVING").path("DesiredState").asText()).isEqualTo("shutdown");
        List<Task> tasks = Task.of(List.of(service(null)), List.of(Swarm.replica('a', "STOPPING", false, "")));
        assertThat(tasks).extracting(Task::desired).containsExactly("shutdown");
    }

    @Test
    void oneThatNobodyHasMadeYetIsNew() {
        List<Task> tasks = Task.of(List.of(service(REPLICA.formatted("a".repeat(64), "REQUESTED"))), List.of());
        assertThat(tasks).extracting(Task::state).containsExactly("new");
        assertThat(tasks.getFirst().form(Swarm.cluster()).has("NodeID")).isFalse();
    }

    @Test
    void anEarlierRunIsATaskThatHasEnded() {
        String ends = ", \"ends\": [{\"run\": 1, \"restarts\": 0, \"startedAt\": \"2026-01-02T11:00:00Z\", \"finishedAt\": \"2026-01-02T11:30:00Z\", \"exitCode\": 3, \"reason\": \"EXITED\"}]";
        List<Task> tasks = Task.of(List.of(service(REPLICA.formatted("a".repeat(64), "RUNNING"))), List.of(Swarm.replica('a', "RUNNING", true, ends)));
        assertThat(tasks).extracting(Task::state).containsExactly("running", "failed");
        Task earlier = tasks.get(1);
        assertThat(List.of(earlier.desired(), earlier.error())).isEqualTo(List.of("shutdown", "task: non-zero exit (3)"));
        assertThat(earlier.id()).hasSize(64).isNotEqualTo(tasks.getFirst().id());
        assertThat(earlier.latest()).isFalse();
        assertThat(earlier.form(Swarm.cluster()).path("Status").path("ContainerStatus").path("ExitCode").asInt()).isEqualTo(3);
    }

    /** {@code docker restart} of a replica: its next run was asked for. */
    @ParameterizedTest
    @CsvSource({
        "2, 143, SIGNALLED, shutdown, ", "2, 143, EXITED, shutdown, ", "2, 0, EXITED, shutdown, ", "1, 143, SIGNALLED, failed, task: non-zero exit (143)", "1, 0, EXITED, complete, ",
        "2, 3, EXITED, failed, task: non-zero exit (3)", "2, 137, OUT_OF_MEMORY, failed, task: non-zero exit (137)", "2, 137, UNHEALTHY, failed, task: non-zero exit (137)", "2, 139, SIGNALLED, failed, task: non-zero exit (139)"
    })
    void aRunThatWasAskedToEndForTheNextIsShutDown(long run, int exitCode, String reason, String state, String error) {
        String ends = ", \"run\": %d, \"ends\": [{\"run\": 1, \"restarts\": 0, \"startedAt\": \"2026-01-02T11:00:00Z\", \"finishedAt\": \"2026-01-02T11:30:00Z\", \"exitCode\": %d, \"reason\": \"%s\"}]"
                .formatted(run, exitCode, reason);
        Task earlier = Task.of(List.of(service(REPLICA.formatted("a".repeat(64), "RUNNING"))), List.of(Swarm.replica('a', "RUNNING", true, ends))).get(1);
        assertThat(earlier.state()).isEqualTo(state);
        assertThat(earlier.error()).isEqualTo(error);
        assertThat(earlier.desired()).isEqualTo("shutdown");
    }

    @ParameterizedTest
    @CsvSource({"0, complete, complete", "3, failed, shutdown"})
    void aTaskOfAJobShallComeToAnEnd(int exitCode, String state, String desired) {
        String ended = ", \"exitCode\": %d, \"finishedAt\": \"2026-01-02T12:30:00Z\"".formatted(exitCode);
        DeploymentView job = Swarm.job(JOB, DeploymentView.Status.RUNNING, 1, "", REPLICA.formatted("a".repeat(64), "EXITED"));
        JsonNode task = Task.of(List.of(job), List.of(Swarm.replica('a', "EXITED", false, ended))).getFirst().form(Swarm.cluster());
        assertThat(task.path("Status").path("State").asText()).isEqualTo(state);
        assertThat(task.path("DesiredState").asText()).isEqualTo(desired);
        assertThat(task.path("Slot").asInt()).as("Docker counts completions from 0").isZero();
        assertThat(task.path("JobIteration").path("Index").asInt()).isEqualTo(1);
    }

    @Test
    void whatAJobHasDoneIsToldWhenItsContainerIsGone() {
        List<Task> tasks = Task.of(List.of(Swarm.job(JOB, DeploymentView.Status.COMPLETE, 1, "0, 1", null)), List.of());
        assertThat(tasks).extracting(Task::state, Task::slot).containsExactly(tuple("complete", 0), tuple("complete", 1));
        assertThat(tasks.get(0).id()).isNotEqualTo(tasks.get(1).id());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{} | true", "{'service': ['shop']} | true", "{'service': ['0198']} | true", "{'service': ['other']} | false", "{'node': ['n1']} | true", "{'node': ['n2']} | false",
        "{'desired-state': ['running']} | true", "{'desired-state': ['shutdown']} | false", "{'id': ['aaaa']} | true", "{'id': ['b']} | false", "{'name': ['shop.1']} | true",
        "{'label': ['com.docker.stack.namespace=s']} | true", "{'label': ['com.docker.stack.namespace=t']} | false", "{'_up-to-date': ['true']} | true"
    })
    void filtersChooseAsDockersDo(String filters, boolean wanted) {
        Task task = Task.of(List.of(service(REPLICA.formatted("a".repeat(64), "RUNNING"))), List.of(Swarm.replica('a', "RUNNING", true, ""))).getFirst();
        assertThat(task.matches(Task.filters(filters.replace('\'', '"')))).isEqualTo(wanted);
    }

    @Test
    void anUnknownFilterIsRefused() {
        assertThatThrownBy(() -> Task.filters("{\"colour\": [\"red\"]}")).hasMessage("invalid filter 'colour'");
        assertThatThrownBy(() -> Task.filters("{\"desired-state\": [\"odd\"]}")).hasMessage("invalid filter 'desired-state=odd'");
    }

    @Test
    void itsContainerHasTheLabelsOfATask() {
        ContainerView container = Swarm.replica('a', "RUNNING", true, "");
        JsonNode labels = ContainerForms.inspect(container, 47).path("Config").path("Labels");
        assertThat(labels.path("com.docker.swarm.service.name").asText()).isEqualTo("shop");
        assertThat(labels.path("com.docker.swarm.task.id").asText()).isEqualTo("a".repeat(64));
        assertThat(ListFilters.parse("{\"label\": [\"com.docker.swarm.node.id=01980001000070008000000000000001\"]}").among(List.of(container)).test(container)).isTrue();
    }

    @Test
    void eachLineOfItsLogSaysWhoSaysIt() {
        Task task = Task.of(List.of(service(REPLICA.formatted("a".repeat(64), "RUNNING"))), List.of(Swarm.replica('a', "RUNNING", true, ""))).getFirst();
        assertThat(task.logDetails()).isEqualTo(
                "com.docker.swarm.node.id=01980001000070008000000000000001,com.docker.swarm.service.id=0198000000007000800000000000000a,com.docker.swarm.task.id=" + "a".repeat(64));
    }

    private static JsonNode one(ContainerView container, String state) {
        List<Task> tasks = Task.of(List.of(service(REPLICA.formatted(container.id(), state))), List.of(container));
        assertThat(tasks).hasSize(1);
        return tasks.getFirst().form(Swarm.cluster());
    }

    private static DeploymentView service(String replicas) {
        return Swarm.service("shop", SPEC, DeploymentView.Status.STEADY, 1, replicas);
    }
}
