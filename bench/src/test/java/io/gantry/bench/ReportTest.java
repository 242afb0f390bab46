package io.gantry.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Samples ONE_TO_HUNDRED = new Samples(IntStream.rangeClosed(1, 101).mapToObj(i -> (double) i).toList());

    private static final Map<String, Samples> CRUN = Map.of("crun", new Samples(List.of(34.0)));

    @Test
    void aRatioToAPeerThatIsNotInstalledIsNotMeasuredRatherThanBroken() {
        Row row = Row.of("start", "ms", ONE_TO_HUNDRED, Map.of("podman", new Samples(List.of(34.0))), new Promise.AtMostRatioTo("dockerd", 0.25));
        assertThat(row.outcome()).isEqualTo(Promise.Outcome.NOT_MEASURED);
    }

    @Test
    void theMedianIsTheMiddleAndP99NearTheEnd() {
        assertThat(ONE_TO_HUNDRED.summary()).isEqualTo(new Samples.Summary(51, 100));
    }

    @Test
    void theRatioIsToTheFirstPeer() {
        Row row = Row.of("start", "ms", ONE_TO_HUNDRED, CRUN, new Promise.AtMostRatioTo("crun", 1.4));
        assertThat(row.ratio()).isEqualTo(1.5);
        assertThat(row.outcome()).isEqualTo(Promise.Outcome.BROKEN);
    }

    @Test
    void jsonHasTheFieldsThatProgramsRead() {
        Row row = Row.of("start", "ms", ONE_TO_HUNDRED, CRUN, Promise.NONE);
        JsonNode json = Json.read(Report.json(List.of(row)), JsonNode.class).get(0);
        assertThat(json.path("metric").asText()).isEqualTo("start");
        assertThat(json.path("unit").asText()).isEqualTo("ms");
        assertThat(json.path("gantry").path("median").asDouble()).isEqualTo(51);
        assertThat(json.path("peers").path("crun").path("p99").asDouble()).isEqualTo(34);
        assertThat(json.path("ratio").asDouble()).isEqualTo(1.5);
    }

    @Test
    void aBrokenPromiseIsShown() {
        Row row = Row.of("start", "ms", ONE_TO_HUNDRED, CRUN, new Promise.AtMostRatioTo("crun", 1.4));
        assertThat(Report.table(List.of(row))).contains("1.50x").contains("≤ 1.40x crun  BROKEN");
    }
}
