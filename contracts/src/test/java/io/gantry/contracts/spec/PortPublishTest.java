package io.gantry.contracts.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.ImageRef;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortPublishTest {
    @Test
    void aRangeOfOneIsThatOne() {
        assertThat(new PortPublish(null, 8000, 80, null, 8000)).isEqualTo(new PortPublish(null, 8000, 80, null));
        PortPublish range = Json.read("{\"hostPort\": 8000, \"lastHostPort\": 8010, \"containerPort\": 80}", PortPublish.class);
        assertThat(range).isEqualTo(new PortPublish(null, 8000, 80, PortPublish.Protocol.TCP, 8010));
        assertThat(range.at(8003)).isEqualTo(new PortPublish(null, 8003, 80, PortPublish.Protocol.TCP));
        assertThat(Json.write(range.at(8003))).isEqualTo("{\"hostPort\":8003,\"containerPort\":80,\"protocol\":\"TCP\"}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 | 8010 | hostPort is 0, any free one, and lastHostPort is the end of a range", "8010 | 8000 | lastHostPort is 8010 to 65535, got 8000",
        "8000 | 70000 | lastHostPort is 8000 to 65535, got 70000"
    })
    void aRangeGoesUpAndBegins(int first, int last, String refusal) {
        assertThatThrownBy(() -> new PortPublish(null, first, 80, null, last)).isInstanceOf(BadField.class).hasMessage(refusal);
    }

    @Test
    void whatAnImageExposesIsPublishedWhereThatIsAskedAndNotSaidAnyway() {
        ContainerSpec spec = spec("\"publishAll\": true, \"ports\": [{\"hostPort\": 8080, \"containerPort\": 80}]");
        assertThat(spec.publishing(exposing("80/tcp", "80/udp", "53", "7000-7001/TCP")).ports())
                .extracting(port -> port.hostPort() + ":" + port.containerPort() + "/" + port.protocol())
                .containsExactly("8080:80/TCP", "0:80/UDP", "0:53/TCP", "0:7000/TCP", "0:7001/TCP");
        assertThat(spec("\"ports\": []").publishing(exposing("80/tcp")).ports()).isEmpty();
        assertThatThrownBy(() -> spec.publishing(exposing("9/sctp"))).isInstanceOf(BadField.class).hasMessageContaining("the image exposes '9/sctp'");
        assertThatThrownBy(() -> spec.publishing(exposing("1-65535"))).hasMessage("a container publishes at most 1024 ports");
    }

    @ParameterizedTest
    @CsvSource({"none", "host", "container:db"})
    void nothingIsPublishedWithoutANetworkOfItsOwn(String network) {
        assertThatThrownBy(() -> spec("\"publishAll\": true, \"network\": \"" + network + "\"")).isInstanceOfSatisfying(BadField.class, e -> assertThat(e.field()).isEqualTo("publishAll"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"\"publishAll\": true | template.publishAll", "\"ports\": [{\"hostPort\": 1, \"lastHostPort\": 2, \"containerPort\": 80}] | template.ports"})
    void aDeploymentsPortsAreNamedOneByOne(String field, String named) {
        assertThatThrownBy(() -> new DeploymentSpec(1, spec(field), null)).isInstanceOfSatisfying(BadField.class, e -> assertThat(e.field()).isEqualTo(named));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"[\"a b\"] | groups[0] is a name or number, got 'a b'", "[\"1\", \"65536\"] | groups[1] has the number 65536; a container has the ids 0 to 65535", "[\"a:b\"] | groups[0] is a name or number, got 'a:b'"})
    void groupsAreNamesOrNumbers(String groups, String refusal) {
        assertThat(spec("\"groups\": [\"audio\", \"0\"]").groups()).containsExactly("audio", "0");
        assertThatThrownBy(() -> spec("\"groups\": " + groups)).hasMessage(refusal);
    }

    private static ContainerSpec spec(String fields) {
        try {
            return Json.mapper().readValue("{\"image\": \"web\", " + fields + "}", ContainerSpec.class);
        } catch (JsonProcessingException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        }
    }

    private static ImageConfig exposing(String... ports) {
        return new ImageConfig(null, null, null, null, null, List.of(ports), Map.of(), null, null, null);
    }

    @Test
    void theSmallestSpecPublishesNothing() {
        assertThat(ContainerSpec.of(ImageRef.parse("web")).publishAll()).isFalse();
    }
}
