package io.gantry.gateway.idempotency;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.envelope.Json;
import io.gantry.gateway.route.Undone;
import io.gantry.kit.problem.Outage;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTest {
    @ParameterizedTest
    @CsvSource({"200, KNOWN", "201, KNOWN", "404, KNOWN", "422, KNOWN", "429, UNDONE", "401, UNDONE", "500, UNKNOWN", "503, UNKNOWN", "504, UNKNOWN"})
    void whatTheStatusSays(int status, Outcome outcome) {
        assertThat(Outcome.of(status, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer("{}"))).isEqualTo(outcome);
    }

    @Test
    void nothingIsDoneWithoutADatabaseNorWithoutAConnection() {
        assertThat(Outcome.of(503, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer(Json.write(Outage.PROBLEM)))).isEqualTo(Outcome.UNDONE);
        assertThat(Outcome.of(503, MultiMap.caseInsensitiveMultiMap().add(Undone.HEADER, "true"), Buffer.buffer())).isEqualTo(Outcome.UNDONE);
    }
}
