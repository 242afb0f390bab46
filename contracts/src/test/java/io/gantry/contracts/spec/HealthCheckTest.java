package io.gantry.contracts.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.ImageRef;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthCheckTest {
    private static final HealthCheck IMAGE = HealthCheck.command("curl", "localhost").at(Duration.ofSeconds(7), null, 5);

    @Test
    void theContainersOwnCheckIsAskedInsteadOfItsImages() {
        assertThat(HealthCheck.effective(HealthCheck.http(80, "/health"), IMAGE)).hasValueSatisfying(check -> {
            assertThat(check.kind()).isEqualTo(HealthCheck.Kind.HTTP);
            assertThat(check.interval()).as("nothing of the image's").isEqualTo(Duration.ofSeconds(30));
            assertThat(check.retries()).isEqualTo(3);
            assertThat(check.onUnhealthy()).isEqualTo(HealthCheck.OnUnhealthy.NONE);
        });
    }

    @Test
    void withoutAKindItIsTheImagesWithOtherNumbers() {
        HealthCheck own = Json.read("{\"retries\": 2, \"onUnhealthy\": \"RESTART\"}", HealthCheck.class);
        assertThat(HealthCheck.effective(own, IMAGE)).hasValueSatisfying(check -> {
            assertThat(check.command()).containsExactly("curl", "localhost");
            assertThat(check.interval()).isEqualTo(Duration.ofSeconds(7));
            assertThat(check.retries()).isEqualTo(2);
            assertThat(check.onUnhealthy()).isEqualTo(HealthCheck.OnUnhealthy.RESTART);
        });
        assertThat(HealthCheck.effective(own, null)).isEmpty();
        assertThat(HealthCheck.effective(null, null)).isEmpty();
        assertThat(HealthCheck.effective(Json.read("{\"kind\": \"NONE\"}", HealthCheck.class), IMAGE)).isEmpty();
        assertThat(HealthCheck.effective(null, IMAGE).orElseThrow().interval()).isEqualTo(Duration.ofSeconds(7));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{'kind': 'COMMAND'} | command",
        "{'kind': 'HTTP', 'port': 0} | port",
        "{'kind': 'HTTP', 'port': 80, 'path': 'health'} | path",
        "{'kind': 'GRPC', 'port': 80, 'service': 'a b'} | service",
        "{'kind': 'TCP', 'port': 80, 'interval': 'PT0.001S'} | interval",
        "{'kind': 'TCP', 'port': 80, 'timeout': 'PT2H'} | timeout",
        "{'retries': 0} | retries",
        "{'startPeriod': 'PT-1S'} | startPeriod"
    })
    void aBadFieldIsNamed(String json, String field) {
        assertThatThrownBy(() -> Json.read(json.replace('\'', '"'), HealthCheck.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasRootCauseInstanceOf(BadField.class)
                .hasMessageContaining(field);
    }

    @Test
    void withoutANetworkThereIsNoPortToAsk() {
        var spec = ContainerSpec.from(ImageRef.parse("web")).network(ContainerSpec.NO_NETWORK);
        assertThatThrownBy(() -> spec.health(HealthCheck.http(80, "/")).build()).isInstanceOf(BadField.class).hasMessageContaining("network");
        assertThat(spec.health(HealthCheck.command("true")).build().health()).isNotNull();
    }
}
