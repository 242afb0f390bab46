package io.gantry.contracts;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void whatBreaksOffIsSaidWithWhereItBegan() {
        assertThatThrownBy(() -> Json.read("{\"status\":\n [\"exited\"", JsonNode.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Unexpected end-of-input: expected close marker for Array of line 2, column 2");
    }
}
