package io.gantry.image.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.HealthCheck;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthcheckDocumentTest {
    private static HealthCheck read(String json) {
        return HealthcheckDocument.read(Json.read(json.replace('\'', '"'), JsonNode.class));
    }

    @Test
    void readsWhatABuildWrote() {
        assertThat(read("{'Test': ['CMD-SHELL', 'curl -f http://localhost/'], 'Interval': 90000000000, 'Timeout': 0, 'Retries': 2, 'StartPeriod': 1000000000}"))
                .isEqualTo(HealthCheck.command("/bin/sh", "-c", "curl -f http://localhost/").at(Duration.ofSeconds(90), null, 2).starting(Duration.ofSeconds(1), null));
        assertThat(read("{'Test': ['CMD', 'test', '-e', '/x']}")).isEqualTo(HealthCheck.command("test", "-e", "/x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'Test': []}", "{'Test': ['NONE']}", "{'Test': ['CMD']}", "{'Test': ['CMD-SHELL']}", "{'Test': ['CMD', 'a'], 'Interval': 1}", "{'Test': ['OTHER', 'a']}"})
    void whatCanNotBeFollowedIsNone(String json) {
        assertThat(read(json)).isNull();
    }
}
