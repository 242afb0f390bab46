package io.gantry.kit.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.contracts.view.RuleRequest;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadJsonTest {
    private static final ObjectMapper STRICT = Json.mapper().copy().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "-", quoteCharacter = '`', value = {
        "{'resources': {'memory': '64Mi'}}; spec.resources.memory; this is a whole number, got '64Mi'; sizes are bytes: 67108864 for 64 MiB",
        "{'resources': {'memory': -5}}; spec.resources.memory; a size can't be negative, got -5; -",
        "{'resources': {'memroy': 5}}; spec.resources.memroy; there is no field 'memroy' here; did you mean 'memory'?",
        "{'resources': {'colour': 5}}; spec.resources.colour; there is no field 'colour' here; there are cpu, cpuWeight, cpuset, memory, pids",
        "{'command': 'sleep'}; spec.command; this is a list, got a string; write it in brackets: [\"a\", \"b\"]",
        "{'command': {'a': 1}}; spec.command; this is a list, got an object; write it in brackets: [\"a\", \"b\"]",
        "{'env': ['A=b']}; spec.env; this is an object, got a list; -",
        "{'tty': 'perhaps'}; spec.tty; this is true or false, got 'perhaps'; -",
        "{'ports': [{'containerPort': 80}, {'containerPort': 'x'}]}; spec.ports[1].containerPort; this is a whole number, got 'x'; -",
        "{'restart': {'mode': 'SOMETIMES'}}; spec.restart.mode; this is one of NO, ON_FAILURE, ALWAYS, got 'SOMETIMES'; -",
        "{'stop': {'grace': 'soon'}}; spec.stop.grace; this is a duration such as \"PT5S\" (ISO 8601), got 'soon'; -",
        "{'resources': 5}; spec.resources; this is an object, got a number; -",
        "{'image': 5}; spec.image; this is a string, got a number; -"
    })
    void saysFieldValueAndWhatToWrite(String spec, String field, String detail, String hint) {
        String given = spec.contains("'image'") ? spec : spec.replaceFirst("\\{", "{'image': 'web', ");

        Problem problem = problem("{'spec': " + given + "}", ContainerRequest.class);

        assertThat(problem).isEqualTo(new Problem("https://gantry.io/problems/invalid-field", "A field has a value that can't be", 400, detail, field, hint));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "-", quoteCharacter = '`', value = {
        "{'spec': {'when': {'event': 'full-moon'}}}; 'full-moon' is none of image-tagged",
        "{'spec': {'when': {}}}; it doesn't say of which kind it is"
    })
    void saysWhichKindsThereAre(String body, String detail) {
        Problem problem = problem(body, RuleRequest.class);

        assertThat(problem.field()).isEqualTo("spec.when");
        assertThat(problem.detail()).isEqualTo(detail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', value = {
        "name: web; the body is not JSON: Unrecognized token 'name': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false') (line 1, column 1)",
        "{'name': 'web'; the body is not JSON: Unexpected end-of-input: expected close marker for Object (line 1, column 15)"
    })
    void saysWhereItStopsBeingJson(String body, String detail) {
        Problem problem = problem(body, ContainerRequest.class);

        assertThat(problem.type()).isEqualTo("https://gantry.io/problems/bad-request");
        assertThat(problem.detail()).isEqualTo(detail);
        assertThat(problem.hint()).isEqualTo("send one JSON object, with Content-Type: application/json");
    }

    @ParameterizedTest
    @CsvSource({"memroy,memory", "imgae,image", "Ports,ports", "cpus,cpu"})
    void knowsWhatWasMeant(String given, String meant) {
        assertThat(Spelling.closest(given, List.of("memory", "image", "ports", "cpu", "network"))).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"colour", "x"})
    void doesNotGuessWildly(String given) {
        assertThat(Spelling.closest(given, List.of("memory", "image", "ports", "cpu", "network"))).isEmpty();
    }

    private static Problem problem(String body, Class<?> type) {
        return BadJson.of(catchThrowableOfType(JsonProcessingException.class, () -> STRICT.readValue(body.replace('\'', '"'), type)));
    }
}
