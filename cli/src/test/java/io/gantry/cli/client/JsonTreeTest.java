package io.gantry.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTreeTest {
    @ParameterizedTest
    @ValueSource(strings = {
        "{\"items\":[{\"id\":\"4f\",\"none\":null,\"ready\":true,\"run\":3,\"deep\":{\"er\":[[],{},false]}}]}",
        "[0, -1, 2147483648, 9223372036854775807, 18446744073709551616, 0.5, -1e3]",
        "\"caf\\u00e9 \\ud83d\\ude00 \\\"\\n\"",
        "{\"a\":1,\"a\":2}",
        "null"
    })
    void readsWhatTheMapperReads(String text) throws Exception {
        assertThat(JsonTree.read(text).toString()).isEqualTo(Json.mapper().readTree(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "{\"a\":", "[1,", "{\"a\"}", "<html>", "{\"a\":tru}"})
    void whatIsNoJsonIsRefused(String text) {
        assertThatThrownBy(() -> JsonTree.read(text)).isInstanceOf(IllegalArgumentException.class).hasMessageNotContaining("StreamReadFeature");
    }

    @Test
    void saysWhereItIsWrong() {
        assertThatThrownBy(() -> JsonTree.read("\n{\"a\":[")).hasMessageContaining("of line 2, column 6");
    }
}
