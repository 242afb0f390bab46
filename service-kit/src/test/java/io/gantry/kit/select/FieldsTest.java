package io.gantry.kit.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.Items;
import java.lang.reflect.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldsTest {
    private static final Type LIST = new TypeReference<Items<ContainerView>>() {}.getType();
    private static final JsonNode ONE = json("{'id': 'a', 'name': 'web', 'spec': {'image': 'shop/web', 'labels': {'team': 'blue', 'x.y': '1'}, 'ports': [{'hostPort': 1, 'containerPort': 2}]}}");

    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"'), JsonNode.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "name | {'name': 'web'}",
        "name, id | {'id': 'a', 'name': 'web'}",
        "spec.image | {'spec': {'image': 'shop/web'}}",
        "spec.labels.team | {'spec': {'labels': {'team': 'blue'}}}",
        "spec.ports.hostPort | {'spec': {'ports': [{'hostPort': 1}]}}",
        "spec.image,spec.labels | {'spec': {'image': 'shop/web', 'labels': {'team': 'blue', 'x.y': '1'}}}",
        "exitCode | {}"
    })
    void leavesWhatWasAskedFor(String asked, String left) {
        assertThat(new Fields(asked, ContainerView.class).of(ONE)).isEqualTo(json(left));
    }

    @Test
    void ofAListIsWhatIsLeftOfEachItem() {
        JsonNode list = json("{'items': [{'id': 'a', 'name': 'b'}, {'id': 'c', 'name': 'd'}], 'next': 'x'}");
        assertThat(new Fields("id", LIST).of(list)).isEqualTo(json("{'items': [{'id': 'a'}, {'id': 'c'}], 'next': 'x'}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "nmae | there is no field 'nmae' here",
        "spec.imge | there is no field 'spec.imge' here",
        "name.first | there is no field 'name.first' here",
        "id.value | there is no field 'id.value' here"
    })
    void refusesAFieldThatIsntThere(String asked, String detail) {
        assertThatThrownBy(() -> new Fields(asked, ContainerView.class)).isInstanceOf(BadField.class).hasMessage(detail);
    }

    @Test
    void knowsTheFieldsOfEveryKindOfAThing() {
        assertThat(new Fields("spec.mounts.kind,spec.mounts.source", ContainerView.class).of(json("{'spec': {'mounts': [{'kind': 'bind', 'source': '/a', 'target': '/b'}]}}")))
                .isEqualTo(json("{'spec': {'mounts': [{'kind': 'bind', 'source': '/a'}]}}"));
    }
}
