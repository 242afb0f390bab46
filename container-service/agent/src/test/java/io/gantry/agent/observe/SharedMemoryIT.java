package io.gantry.agent.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.reconcile.Held;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import java.io.BufferedReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real {@code /dev/shm} of a process that has mounts of its own. */
class SharedMemoryIT {
    private static final ContainerId ID = new ContainerId("a".repeat(64));
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    @ParameterizedTest
    @CsvSource({"89, false, false", "90, false, true", "90, true, true", "76, true, true", "74, true, false", "74, false, false"})
    void isToldAtNinetyAndTakenBackBelowSeventyFive(long used, boolean before, boolean full) {
        Observed.Filled told = before ? new Observed.Filled(new Bytes(95), new Bytes(100), NOON) : null;
        Observed.Filled now = SharedMemory.judge(told, used, 100, NOON.plusSeconds(5));
        assertThat(now != null).isEqualTo(full);
        if (before && full) {
            assertThat(now).as("as it was told").isEqualTo(told);
        }
    }

    @Test
    void seesItFillAndEmptyAgain() throws Exception {
        List<ContainerId> news = new ArrayList<>();
        Process process = new ProcessBuilder("unshare", "-m", "sh", "-c", "mount -t tmpfs -o size=1m x /dev/shm && echo ready && while read line; do eval \"$line\"; echo done; done").start();
        try (SharedMemory memory = new SharedMemory(news::add, InstantSource.fixed(NOON));
                Writer typed = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
                BufferedReader answers = process.inputReader()) {
            assertThat(answers.readLine()).isEqualTo("ready");
            Held held = Held.of(ID).starting(1, 0).running(new Running(ID, 1, (int) process.pid(), NOON));
            assertThat(memory.of(held)).isNull();
            memory.look();
            assertThat(news).as("there is room").isEmpty();

            type(typed, answers, "head -c 1000000 /dev/zero > /dev/shm/file");
            memory.look();
            memory.look();
            assertThat(news).as("once").containsExactly(ID);
            assertThat(memory.of(held).size()).isEqualTo(Bytes.mebi(1));
            assertThat(memory.of(held).used().value()).isGreaterThanOrEqualTo(1_000_000);

            type(typed, answers, "rm /dev/shm/file");
            memory.look();
            assertThat(news).containsExactly(ID, ID);
            assertThat(memory.of(held)).isNull();

            memory.stop(ID);
            type(typed, answers, "head -c 1000000 /dev/zero > /dev/shm/file");
            memory.look();
            assertThat(news).as("nobody asks any more").hasSize(2);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void type(Writer typed, BufferedReader answers, String line) throws Exception {
        typed.write(line + "\n");
        typed.flush();
        assertThat(answers.readLine()).isEqualTo("done");
    }
}
