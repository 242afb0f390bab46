package io.gantry.contracts.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeConstraintTest {
    @ParameterizedTest
    @CsvSource({
        "node.name==one, true",
        "node.name == ONE, true",
        "node.name!=one, false",
        "node.id==node-7, true",
        "node.id!=node-8, true",
        "node.architecture==x86_64, true",
        "node.architecture==amd64, true",
        "node.architecture!=arm64, true",
        "node.labels.disk==ssd, true",
        "node.labels.disk==SSD, true",
        "node.labels.disk!=ssd, false",
        "node.labels.Disk==ssd, false",
        "node.labels.room==3, false",
        "node.labels.room!=3, true",
        "node.labels.a.b==x=y, true"
    })
    void comparesWhatANodeIs(String text, boolean met) {
        NodeConstraint constraint = NodeConstraint.parse(text);
        assertThat(constraint.metBy("node-7", "one", "x86_64", Map.of("disk", "ssd", "a.b", "x=y"))).isEqualTo(met);
    }

    @Test
    void isOneTextInJson() {
        assertThat(Json.write(NodeConstraint.parse(" node.labels.disk  !=  very fast "))).isEqualTo("\"node.labels.disk!=very fast\"");
        ContainerSpec spec = Json.read("{\"image\": \"web\", \"constraints\": [\"node.name==a\"]}", ContainerSpec.class);
        assertThat(spec.constraints()).containsExactly(NodeConstraint.is("node.name", "a"));
        assertThat(Json.read(Json.write(spec), ContainerSpec.class)).isEqualTo(spec);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "node.name", "node.name=one", "node.name==", "==one", "node.role==manager", "node.labels.==x", "disk==ssd", "node.name<>x"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> NodeConstraint.parse(text)).isInstanceOfSatisfying(BadField.class, e -> assertThat(e.field()).as("the value itself").isEmpty());
    }

    @Test
    void refusesTooManyAndTooLong() {
        assertThatThrownBy(() -> NodeConstraint.checked(Collections.nCopies(NodeConstraint.MOST + 1, NodeConstraint.parse("node.name==a"))))
                .hasMessage("constraints are at most 32, got 33");
        assertThatThrownBy(() -> NodeConstraint.parse("node.name==" + "a".repeat(NodeConstraint.LONGEST + 1))).isInstanceOf(BadField.class);
    }

    @Test
    void aGlobalDeploymentHasNoNumberOfReplicas() {
        ContainerSpec template = Json.read("{\"image\": \"web\"}", ContainerSpec.class);
        assertThat(Json.read("{\"mode\": \"GLOBAL\", \"template\": {\"image\": \"web\"}}", DeploymentSpec.class)).isEqualTo(DeploymentSpec.global(template, null, null));
        assertThat(Json.read("{\"replicas\": 2, \"template\": {\"image\": \"web\"}}", DeploymentSpec.class).mode()).isEqualTo(DeploymentSpec.Mode.REPLICATED);
        assertThatThrownBy(() -> new DeploymentSpec(1, template, null, null, DeploymentSpec.Mode.GLOBAL, null, null)).isInstanceOfSatisfying(BadField.class, e -> assertThat(e.field()).isEqualTo("replicas"));
    }
}
