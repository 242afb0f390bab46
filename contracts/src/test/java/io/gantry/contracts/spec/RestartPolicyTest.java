package io.gantry.contracts.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartPolicyTest {
    @ParameterizedTest(name = "{0} with {1} retries, failed {2}, after {3} restarts: {4}")
    @CsvSource({
        "NO, 0, true, 0, false",
        "NO, 0, false, 0, false",
        "ALWAYS, 0, true, 1000, true",
        "ALWAYS, 0, false, 0, true",
        "ON_FAILURE, 0, false, 0, false",
        "ON_FAILURE, 0, true, 1000, true",
        "ON_FAILURE, 2, true, 0, true",
        "ON_FAILURE, 2, true, 1, true",
        "ON_FAILURE, 2, true, 2, false",
        "ON_FAILURE, 2, false, 1, false"
    })
    void saysWhetherTheAgentStartsItAgain(RestartPolicy.Mode mode, int retries, boolean failed, int restarts, boolean again) {
        assertThat(new RestartPolicy(mode, retries).restartsAfter(failed, restarts)).isEqualTo(again);
    }
}
