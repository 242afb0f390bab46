package io.gantry.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.RuleSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text that no column and no C string can hold is refused where it comes in. */
class PlainTextTest {
    @ParameterizedTest
    @ValueSource(strings = {
        "\"env\": {\"A\": \"b\\u0000\"}", "\"env\": {\"A\\u0000\": \"b\"}", "\"labels\": {\"a\": \"\\u0000\"}",
        "\"command\": [\"a\\u0000b\"]", "\"workingDir\": \"/\\u0000\""
    })
    void refusesTheCharacterZero(String field) {
        assertThatThrownBy(() -> Json.read("{\"image\": \"shop/web:1\", " + field + "}", ContainerSpec.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("U+0000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"user\": \"\\ud800\"", "\"command\": [\"a\\udfffb\"]", "\"env\": {\"\\udc00\\ud800\": \"order\"}"})
    void refusesHalfOfACharacter(String field) {
        assertThatThrownBy(() -> Json.read("{\"image\": \"shop/web:1\", " + field + "}", ContainerSpec.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("without its other half");
    }

    @Test
    void takesEveryOtherCharacter() {
        assertThat(Json.read("{\"image\": \"shop/web:1\", \"command\": [\"\\ud83d\\ude80\"]}", ContainerSpec.class).command()).containsExactly("\ud83d\ude80");
        ContainerSpec spec = Json.read("{\"image\": \"shop/web:1\", \"command\": [\"\\u0001 \\\\u0000 é\"]}", ContainerSpec.class);
        assertThat(spec.command()).containsExactly("\u0001 \\u0000 é");
    }

    @Test
    void aRuleNamesItsImage() {
        String rule = "{\"when\": {\"event\": \"image-tagged\"}, \"then\": {\"action\": \"roll-out\"}}";
        assertThatThrownBy(() -> Json.read(rule, RuleSpec.class)).hasMessageContaining("image is missing");
    }
}
