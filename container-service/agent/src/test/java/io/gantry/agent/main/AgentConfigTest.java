package io.gantry.agent.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentConfigTest {
    @Test
    void takesTheServicesAddressFromTheFlagElseFromTheEnvironment() {
        Map<String, String> environment = Map.of("GANTRY_SERVICE", "10.0.0.1:7086");
        assertThat(AgentConfig.parse(List.of(), Map.of(), "h").service()).isEmpty();
        assertThat(AgentConfig.parse(List.of(), environment, "h").service()).contains("10.0.0.1:7086");
        assertThat(AgentConfig.parse(List.of("--service", "control.example:7086"), environment, "h").service()).contains("control.example:7086");
    }

    @Test
    void refusesAnAddressWithoutItsPort() {
        assertThatThrownBy(() -> AgentConfig.parse(List.of("--service", "10.0.0.1"), Map.of(), "h"))
                .hasMessage("--service is host:port, got '10.0.0.1'");
    }
}
