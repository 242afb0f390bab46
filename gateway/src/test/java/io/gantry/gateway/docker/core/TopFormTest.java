package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.view.ContainerProcess;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopFormTest {
    private static final Instant NOW = Instant.parse("2026-01-02T12:30:00Z");
    private static final List<ContainerProcess> PROCESSES =
            List.of(
                    new ContainerProcess(1, 4711, 4700, 0, Instant.parse("2026-01-02T12:28:57Z"), 1_500, 2.4, 2 << 20, 0.1, 8 << 20, "S", null, "nginx", "/usr/bin/nginx -g off"),
                    new ContainerProcess(7, 4720, 4711, 33, Instant.parse("2025-12-24T07:00:00Z"), 90_061_000, 10.8, 0, 0, 0, "R", "pts/0", "worker", "[worker]"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-ef | UID,PID,PPID,C,STIME,TTY,TIME,CMD | root,4711,4700,2,12:28,?,00:00:01,/usr/bin/nginx -g off | 33,4720,4711,10,Dec24,pts/0,1-01:01:01,[worker]",
        "aux | USER,PID,%CPU,%MEM,VSZ,RSS,TTY,STAT,START,TIME,COMMAND | root,4711,2.4,0.1,8192,2048,?,S,12:28,00:00:01,/usr/bin/nginx -g off "
                + "| 33,4720,10.8,0.0,0,0,pts/0,R,Dec24,1-01:01:01,[worker]",
        "-o pid,comm,etime | PID,COMMAND,ELAPSED | 4711,nginx,01:03 | 4720,worker,9-05:30:00",
        "-eo user,args | USER,COMMAND | root,/usr/bin/nginx -g off | 33,[worker]"
    })
    void showsTheColumnsThatPsWould(String arguments, String titles, String first, String second) {
        var json = TopForm.of(PROCESSES, arguments, NOW);
        assertThat(json.path("Titles")).extracting(title -> title.asText()).containsExactly(titles.split(","));
        assertThat(json.path("Processes").path(0)).extracting(cell -> cell.asText()).containsExactly(first.split(","));
        assertThat(json.path("Processes").path(1)).extracting(cell -> cell.asText()).containsExactly(second.split(","));
    }

    @Test
    void longArgumentsAreRefusedBeforeTheyAreRead() {
        assertThatThrownBy(() -> TopForm.of(PROCESSES, "e ".repeat(30_000) + "-o pid", NOW)).isInstanceOf(DockerRefusal.class);
    }

    @Test
    void isFullWithoutArguments() {
        assertThat(TopForm.of(PROCESSES, null, NOW)).isEqualTo(TopForm.of(PROCESSES, "-ef", NOW));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-o pid,wchan", "--forest", "-ef; id", "-L"})
    void refusesWhatItDoesNotKnow(String arguments) {
        assertThatThrownBy(() -> TopForm.of(PROCESSES, arguments, NOW)).isInstanceOf(DockerRefusal.class).hasMessageContaining("write -ef, aux, or -o");
    }
}
