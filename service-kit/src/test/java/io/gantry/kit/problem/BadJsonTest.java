package io.gantry.kit.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.contracts.view.RuleRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadJsonTest {
    private static final ObjectMapper STRICT = Json.strict();

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "-", quoteCharacter = '`', value = {
        "{'resources': {'memory': '64Mi'}}; spec.resources.memory; this is a size as a whole number of bytes, got '64Mi'; write 67108864",
        "{'resources': {'memory': '128MiB'}}; spec.resources.memory; this is a size as a whole number of bytes, got '128MiB'; write 134217728",
        "{'resources': {'memory': 'much'}}; spec.resources.memory; this is a size as a whole number of bytes, got 'much'; write for example 67108864 for 64 MiB",
        "{'resources': {'memory': '67108864'}}; spec.resources.memory; this is a size as a whole number of bytes, got '67108864'; write 67108864",
        "{'resources': {'cpu': 0.5}}; spec.resources.cpu; this is processor time as a whole number of thousandths of a core, got 0.5; write 500 for 0.5 cores",
        "{'resources': {'cpu': '500m'}}; spec.resources.cpu; this is processor time as a whole number of thousandths of a core, got '500m'; write 500 for 0.5 cores",
        "{'resources': {'pids': '5'}}; spec.resources.pids; this is a whole number, got '5'; -",
        "{'resources': {'pids': 5.5}}; spec.resources.pids; this is a whole number, got 5.5; -",
        "{'resources': {'pids': true}}; spec.resources.pids; this is a whole number, got true or false; -",
        "{'resources': {'pids': 0}}; spec.resources.pids; pids is 1 to 4194304, got 0; -",
        "{'tty': 1}; spec.tty; this is true or false, got 1; -",
        "{'tty': 'true'}; spec.tty; this is true or false, got 'true'; -",
        "{'hostname': 5}; spec.hostname; this is a string, got 5; -",
        "{'env': {'A': 5}}; spec.env.A; this is a string, got 5; -",
        "{'restart': {'mode': 1}}; spec.restart.mode; this is one of NO, ON_FAILURE, ALWAYS, got 1; -",
        "{'stop': {'grace': 5}}; spec.stop.grace; this is a duration such as \"PT5S\" (ISO 8601), got 5; -",
        "{'resources': {'pids': 5, 'pids': 6}}; spec.resources.pids; there are two fields 'pids' here; leave one out",
        "{'tty': true, 'tty': true}; spec.tty; there are two fields 'tty' here; leave one out",
        "{'resources': {'memory': -5}}; spec.resources.memory; a size can't be negative, got -5; -",
        "{'resources': {'memroy': 5}}; spec.resources.memroy; there is no field 'memroy' here; did you mean 'memory'?",
        "{'resources': {'colour': 5}}; spec.resources.colour; there is no field 'colour' here; there are cpu, cpuRequest, cpuWeight, cpuset, devices, disk, exclusiveCores, hugePages, ioWeight, memory, memoryNodes, memoryRequest, memoryReservation, networkIn, networkOut, oomGroup, oomScore, pids, rlimits, shm, swap",
        "{'command': 'sleep'}; spec.command; this is a list, got 'sleep'; write it in brackets: [\"a\", \"b\"]",
        "{'command': {'a': 1}}; spec.command; this is a list, got an object; write it in brackets: [\"a\", \"b\"]",
        "{'env': ['A=b']}; spec.env; this is an object, got a list; -",
        "{'tty': 'perhaps'}; spec.tty; this is true or false, got 'perhaps'; -",
        "{'ports': [{'containerPort': 80}, {'containerPort': 'x'}]}; spec.ports[1].containerPort; this is a whole number, got 'x'; -",
        "{'restart': {'mode': 'SOMETIMES'}}; spec.restart.mode; this is one of NO, ON_FAILURE, ALWAYS, got 'SOMETIMES'; -",
        "{'stop': {'grace': 'soon'}}; spec.stop.grace; this is a duration such as \"PT5S\" (ISO 8601), got 'soon'; -",
        "{'resources': 5}; spec.resources; this is an object, got 5; -",
        "{'image': 5}; spec.image; this is a string, got 5; -"
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

    @Test
    void nothingMayComeBehindTheBody() {
        Problem problem = problem("{'name': 'web'} {'name': 'other'}", ContainerRequest.class);

        assertThat(problem.type()).isEqualTo("https://gantry.io/problems/bad-request");
        assertThat(problem.detail()).isEqualTo("the body goes on after its JSON value");
    }

    @Test
    void aFieldThatStandsTwiceIsNamedAtTheTopToo() {
        Problem problem = problem("{'name': 'web', 'name': 'other'}", ContainerRequest.class);

        assertThat(problem.field()).isEqualTo("name");
        assertThat(problem.detail()).isEqualTo("there are two fields 'name' here");
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
