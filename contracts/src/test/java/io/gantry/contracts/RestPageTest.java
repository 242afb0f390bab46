package io.gantry.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.view.CommitRequest;
import io.gantry.contracts.view.ConnectRequest;
import io.gantry.contracts.view.ContainerPatch;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.contracts.view.DeploymentRequest;
import io.gantry.contracts.view.KeptRequest;
import io.gantry.contracts.view.NetworkRequest;
import io.gantry.contracts.view.RuleRequest;
import io.gantry.contracts.view.VolumeRequest;
import io.gantry.contracts.view.TransferRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code docs/reference/rest.md} proposes to send is what the records read. */
class RestPageTest {
    private static final Path PAGE = Path.of("../docs/reference/rest.md");
    private static final Pattern BODY = Pattern.compile("(?m)^`((?:POST|PATCH) [^`]+)`[^\n]*\n\n```json\n(.*?)\n```", Pattern.DOTALL);
    private static final ObjectMapper STRICT = Json.mapper().copy().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private static final Map<String, Class<?>> TYPES = Map.ofEntries(
            Map.entry("POST /containers", ContainerRequest.class),
            Map.entry("POST /containers/{ref}/execs", ExecSpec.class),
            Map.entry("POST /containers/{ref}/debugs", DebugSpec.class),
            Map.entry("PATCH /containers/{ref}", ContainerPatch.class),
            Map.entry("POST /deployments", DeploymentRequest.class),
            Map.entry("POST /rules", RuleRequest.class),
            Map.entry("POST /containers/{ref}/networks/{network}", ConnectRequest.class),
            Map.entry("POST /networks", NetworkRequest.class),
            Map.entry("POST /volumes", VolumeRequest.class),
            Map.entry("POST /containers/{ref}/commit", CommitRequest.class),
            Map.entry("POST /pulls", TransferRequest.class),
            Map.entry("POST /secrets", KeptRequest.class),
            Map.entry("POST /secrets/{ref}/rotate", KeptRequest.class));

    private static Map<String, String> bodies() throws IOException {
        Map<String, String> bodies = new LinkedHashMap<>();
        Matcher matcher = BODY.matcher(Files.readString(PAGE));
        while (matcher.find()) {
            bodies.put(matcher.group(1), matcher.group(2));
        }
        return bodies;
    }

    static Set<Map.Entry<String, String>> examples() throws IOException {
        return bodies().entrySet();
    }

    @Test
    void everyBodyHasAnExample() throws IOException {
        assertThat(bodies()).containsOnlyKeys(TYPES.keySet());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isReadWithoutALoss(Map.Entry<String, String> body) throws IOException {
        JsonNode proposed = STRICT.readTree(body.getValue());
        JsonNode understood = STRICT.readTree(STRICT.writeValueAsBytes(STRICT.treeToValue(proposed, TYPES.get(body.getKey()))));
        assertThat(contains(understood, proposed)).as("%s understood as %s", proposed, understood).isTrue();
    }

    /** All that {@code part} says, {@code whole} says too. */
    private static boolean contains(JsonNode whole, JsonNode part) {
        return part.isObject()
                ? part.properties().stream().allMatch(field -> whole.has(field.getKey()) && contains(whole.get(field.getKey()), field.getValue()))
                : part.isArray() && part.size() == whole.size() && !part.isEmpty() && part.get(0).isObject()
                        ? contains(whole.get(0), part.get(0))
                        : part.equals(whole) || part.isNumber() && part.asLong() == whole.asLong();
    }
}
