package io.gantry.contracts.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadKeyTest {
    private static final String SPREAD = "{\"replicas\": 3, \"spread\": [\"node.labels.zone\", \"node.labels.rack.row\"], \"template\": {\"image\": \"web\"}}";

    @Test
    void isOneTextInJson() {
        DeploymentSpec spec = Json.read(SPREAD, DeploymentSpec.class);
        assertThat(spec.spread()).containsExactly(new SpreadKey("zone"), new SpreadKey("rack.row"));
        assertThat(Json.read(Json.write(spec), DeploymentSpec.class)).isEqualTo(spec);
        assertThat(spec.withReplicas(5).withTemplate(spec.template()).spread()).isEqualTo(spec.spread());
    }

    @Test
    void whatWasWrittenBeforeThereWasAnyHasNone() {
        assertThat(Json.read("{\"replicas\": 3, \"template\": {\"image\": \"web\"}}", DeploymentSpec.class).spread()).isEmpty();
    }

    @Test
    void aNodeWithoutTheLabelHasNoValue() {
        assertThat(SpreadKey.parse("node.labels.zone").valueOf(Map.of("zone", "a"))).isEqualTo("a");
        assertThat(SpreadKey.parse("node.labels.zone").valueOf(Map.of("Zone", "a"))).isEqualTo(SpreadKey.NO_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "zone", "node.labels.", "node.labels. ", "node.labels.a b", "node.name", "node.id", "spread=node.labels.zone", "Node.Labels.zone"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> SpreadKey.parse(text)).isInstanceOfSatisfying(BadField.class, e -> assertThat(e.field()).as("the value itself").isEmpty());
    }

    @Test
    void refusesTooManyTooLongAndOneTwice() {
        List<SpreadKey> many = IntStream.rangeClosed(0, SpreadKey.MOST).mapToObj(i -> new SpreadKey("l" + i)).toList();
        assertThatThrownBy(() -> SpreadKey.checked(many)).hasMessage("replicas are spread over at most 8 labels, got 9");
        assertThatThrownBy(() -> SpreadKey.parse("node.labels." + "a".repeat(NodeConstraint.LONGEST))).isInstanceOf(BadField.class);
        SpreadKey zone = new SpreadKey("zone");
        assertThatThrownBy(() -> SpreadKey.checked(List.of(zone, zone))).hasMessageContaining("once more within its groups");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GLOBAL", "GLOBAL_JOB"})
    void oneOnEachNodeIsNotSpread(String mode) {
        String json = "{\"mode\": \"" + mode + "\", \"spread\": [\"node.labels.zone\"], \"template\": {\"image\": \"web\"}}";
        assertThatThrownBy(() -> Json.read(json, DeploymentSpec.class)).rootCause().isInstanceOfSatisfying(BadField.class, e -> assertThat(e.field()).isEqualTo("spread"));
    }
}
