package io.gantry.contracts.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.Resources;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code null} within what was sent is refused by the field's name, and tells nothing of our inside. */
class NothingInListsTest {
    private static final Map<String, Class<?>> BODIES = Map.of("commit", CommitRequest.class, "retention", RetentionRequest.class, "resources", Resources.class);

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "commit | {'changes': ['ENV A=b', null]} | changes | changes has null among its instructions",
        "commit | {'tags': [null]} | tags | a tag has no digest: that is only known afterwards; got 'null'",
        "retention | {'name': 'a', 'repositories': '**', 'keepTags': ['v*', null]} | keepTags | keepTags has 2 patterns, one of them perhaps empty or longer than 255",
        "resources | {'hugePages': {'2MB': null}} | hugePages.2MB | hugePages.2MB is null",
        "resources | {'rlimits': {'nofile': null}} | rlimits.nofile | rlimits.nofile is null"
    })
    void isRefusedByName(String body, String json, String field, String message) {
        assertThatThrownBy(() -> Json.read(json.replace('\'', '"'), BODIES.get(body)))
                .hasRootCauseInstanceOf(BadField.class)
                .rootCause().isInstanceOfSatisfying(BadField.class, no -> assertThat(no.field()).isEqualTo(field)).hasMessage(message);
    }
}
