package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.KeptView;
import io.gantry.contracts.view.NodeView;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The swarm itself, its nodes, secrets and configs. */
class ClusterFormsTest {
    private static final NodeView READY = Swarm.node("n1", 1, "READY");
    private static final NodeView DRAINED = Swarm.node("n2", 2, "DRAINED");

    @Test
    void theSwarmIsThereAndTheNodeThatJoinedFirstStandsForIt() {
        JsonNode info = SwarmForms.info(List.of(DRAINED, READY), Optional.of(Swarm.network("default", 'a')));
        assertThat(info.path("LocalNodeState").asText()).isEqualTo("active");
        assertThat(info.path("ControlAvailable").asBoolean()).isTrue();
        assertThat(info.path("NodeID").asText()).isEqualTo("01980001000070008000000000000001");
        assertThat(info.path("Nodes").asInt()).isEqualTo(2);
        assertThat(info.path("Cluster").path("ID").asText()).isEqualTo("a".repeat(24));
        assertThat(SwarmForms.info(List.of(), Optional.empty()).path("NodeID").asText()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"READY, active, ready", "DRAINED, drain, ready", "SUSPECT, active, unknown", "LOST, active, down"})
    void aNodeIsToldInDockersWords(String state, String availability, String told) {
        JsonNode json = NodeForms.form(Swarm.node("n1", 1, state), false);
        assertThat(json.path("Spec").path("Availability").asText()).isEqualTo(availability);
        assertThat(json.path("Status").path("State").asText()).isEqualTo(told);
        assertThat(json.path("Spec").path("Role").asText()).isEqualTo("worker");
        assertThat(json.has("ManagerStatus")).isFalse();
        assertThat(NodeForms.form(READY, true).path("ManagerStatus").path("Leader").asBoolean()).isTrue();
    }

    @Test
    void aNodeIsDrainedAndResumed() {
        assertThat(update("drain", READY)).contains(NodeForms.Order.DRAIN);
        assertThat(update("active", DRAINED)).contains(NodeForms.Order.RESUME);
        assertThat(update("active", READY)).isEmpty();
        assertThat(NodeForms.version(READY)).isNotEqualTo(NodeForms.version(Swarm.node("n1", 1, "DRAINED")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "`'Availability': 'pause'` | Availability 'pause' is not supported yet: there are active and drain",
        "`'Role': 'manager'` | Role is not supported yet: the control plane is not on the nodes, so that none is promoted or demoted",
        "`'Labels': {'a': 'b'}` | Labels is not supported yet: a node's labels are said to its agent: --label KEY=VALUE", "`'Name': 'other'` | Name is not supported yet: leave it out"
    })
    void whatCannotBeChangedOfANodeIsRefusedByName(String field, String message) {
        String labels = field.contains("Labels") ? "" : ", 'Labels': {'disk': 'ssd'}";
        assertThatThrownBy(() -> NodeForms.update(json("{" + field + labels + "}"), READY, false)).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{} | true", "{'name': ['n']} | true", "{'role': ['worker']} | true", "{'role': ['manager']} | false", "{'membership': ['accepted']} | true",
        "{'membership': ['pending']} | false", "{'node.label': ['disk=ssd']} | true", "{'label': ['disk=hdd']} | false", "{'id': ['01980001']} | true"
    })
    void filtersOfNodesChooseAsDockersDo(String filters, boolean wanted) {
        assertThat(NodeForms.matches(READY, false, NodeForms.filters(filters.replace('\'', '"')))).isEqualTo(wanted);
    }

    @Test
    void aSecretIsShownWithoutItsContentAndAConfigWithIt() {
        JsonNode secret = KeptForms.form(Swarm.kept("secret", "s_key", ""));
        assertThat(secret.path("ID").asText()).isEqualTo("01980000000070008000000000000001");
        assertThat(secret.path("Version").path("Index").asInt()).isEqualTo(3);
        assertThat(secret.path("Spec").toString()).isEqualTo("{\"Name\":\"s_key\",\"Labels\":{\"team\":\"red\"}}");
        assertThat(KeptForms.form(Swarm.kept("config", "s_app", ", \"content\": \"eA==\"")).path("Spec").path("Data").asText()).isEqualTo("eA==");
    }

    @Test
    void whatIsKeptIsReadInEitherAlphabet() {
        assertThat(KeptForms.request("secret", json("{'Name': 'a', 'Data': '-_8='}")).content()).containsExactly(0xfb, 0xff);
        assertThat(KeptForms.request("config", json("{'Name': 'a', 'Data': '+/8=', 'Labels': {'x': 'y'}}")).labels()).containsEntry("x", "y");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "secret | `{'Data': 'eA=='}` | rpc error: code = InvalidArgument desc = secret name must be provided", "config | `{'Name': 'a'}` | rpc error: code = InvalidArgument desc = config data must be larger than 0 and less than 500 KiB",
        "secret | `{'Name': 'a', 'Data': '!'}` | Data is bytes in base64", "secret | `{'Name': 'a', 'Driver': {'Name': 'x'}}` | Driver is not supported yet: a secret is the bytes that it is made with; leave it out",
        "config | `{'Name': 'a', 'Templating': {'Name': 'golang'}}` | Templating is not supported yet: a config is the bytes that it is made with; leave it out"
    })
    void whatCannotBeKeptIsRefused(String kind, String body, String message) {
        assertThatThrownBy(() -> KeptForms.request(kind, json(body))).isInstanceOf(DockerRefusal.class).hasMessage(message);
    }

    @Test
    void ofWhatIsKeptLabelsAloneCanBeChanged() {
        KeptView kept = Swarm.kept("secret", "s_key", "");
        assertThat(KeptForms.patch("secret", json("{'Name': 's_key', 'Labels': {'a': 'b'}}"), kept).labels()).containsEntry("a", "b");
        assertThatThrownBy(() -> KeptForms.patch("secret", json("{'Name': 'other'}"), kept)).hasMessageContaining("only updates to Labels are allowed");
    }

    @Test
    void whatSeveralBeginWithIsNoName() {
        List<NodeView> nodes = List.of(READY, DRAINED);
        assertThatThrownBy(() -> SwarmIds.find("node", "0198", nodes, one -> SwarmIds.of(one.id()), NodeView::name)).hasMessage("node 0198 is ambiguous (2 matches found)");
        assertThatThrownBy(() -> SwarmIds.find("node", "x", nodes, one -> SwarmIds.of(one.id()), NodeView::name)).hasMessage("node x not found");
        assertThat(SwarmIds.find("node", "01980002", nodes, one -> SwarmIds.of(one.id()), NodeView::name)).isEqualTo(DRAINED);
    }

    private static Optional<NodeForms.Order> update(String availability, NodeView node) {
        return NodeForms.update(json("{'Availability': '" + availability + "', 'Role': 'worker', 'Labels': {'disk': 'ssd'}}"), node, false);
    }

    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"'), JsonNode.class);
    }
}
