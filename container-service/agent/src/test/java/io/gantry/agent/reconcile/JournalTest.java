package io.gantry.agent.reconcile;

import static io.gantry.agent.reconcile.Wanted.NOON;
import static io.gantry.agent.reconcile.Wanted.container;
import static io.gantry.agent.reconcile.Wanted.record;
import static io.gantry.contracts.state.Desired.Life.RUNNING;
import static io.gantry.contracts.state.Desired.Life.STOPPED;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.Observed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir Path data;

    @Test
    void nobodyElseReadsWhatIsDesired() throws Exception {
        Path folder = data.resolve("deep/agent");
        new Journal(folder);
        assertThat(mode(folder)).isEqualTo("rwx------");
    }

    @Test
    void closesAFolderThatAnEarlierAgentLeftOpen() throws Exception {
        Path folder = Files.createDirectory(data.resolve("agent"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        new Journal(folder);
        assertThat(mode(folder)).isEqualTo("rwx------");
    }

    @Test
    void eachLifeBeginsAboveAllOfTheOnesBefore() throws Exception {
        assertThat(new Journal(data).firstVersion(NOON)).isEqualTo(1L << 32);
        assertThat(new Journal(data).firstVersion(NOON)).isEqualTo(2L << 32);
        assertThat(new Journal(data).firstVersion(NOON)).isEqualTo(3L << 32);
    }

    /** Of an agent that didn't wait for the disk, after a crash of its host. */
    @Test
    void anEmptyNumberOfLivesIsMadeUpForByTheTime() throws Exception {
        Journal journal = new Journal(data);
        Files.writeString(data.resolve("life"), "");
        long first = journal.firstVersion(NOON);
        assertThat(first).isGreaterThan(1_000_000L << 32);
        assertThat(journal.firstVersion(NOON)).isEqualTo(first + (1L << 32));
        assertThat(data.resolve("life.broken")).exists();
    }

    @Test
    void remembersWhatIsHeldAndDesired() throws Exception {
        Held held = Held.of(Wanted.ID);
        DesiredView view = DesiredView.NOTHING.with(3, 7, List.of(record(1, 3, container(RUNNING, 1))));
        Journal journal = new Journal(data);
        journal.remember(held);
        journal.remember(view.epoch(), view.records().values());
        assertThat(new Journal(data).held()).containsExactly(Map.entry(Wanted.ID, held));
        assertThat(new Journal(data).desire()).isEqualTo(new Journal.Desire(3, List.copyOf(view.records().values())));
        journal.forget(Wanted.ID);
        assertThat(new Journal(data).held()).isEmpty();
    }

    @Test
    void remembersEachChangeOfWhatIsDesired() throws Exception {
        DesiredRecord first = record(1, 3, container(RUNNING, 1));
        Journal journal = new Journal(data);
        journal.remember(3, List.of());
        journal.remember(first);
        assertThat(new Journal(data).desire()).isEqualTo(new Journal.Desire(3, List.of(first)));
        DesiredRecord second = record(2, 3, container(STOPPED, 1));
        journal.remember(second);
        assertThat(new Journal(data).desire()).isEqualTo(new Journal.Desire(3, List.of(second)));
        journal.remember(new DesiredRecord(second.key(), 3, 3, null));
        assertThat(new Journal(data).desire()).isEqualTo(new Journal.Desire(3, List.of()));
    }

    @Test
    void takesOverWhatAnEarlierVersionWrote() throws Exception {
        Journal.Desire desire = new Journal.Desire(3, List.of(record(1, 3, container(RUNNING, 1))));
        Held held = Held.of(Wanted.ID);
        Files.writeString(data.resolve("desired.json"), Json.write(desire));
        Files.createDirectory(data.resolve("held"));
        Files.writeString(data.resolve("held/" + Wanted.ID + ".json"), Json.write(held));
        new Journal(data);
        assertThat(data.resolve("desired.json")).doesNotExist();
        assertThat(data.resolve("held")).isEmptyDirectory();
        Journal next = new Journal(data);
        assertThat(next.desire()).isEqualTo(desire);
        assertThat(next.held()).isEqualTo(Map.of(Wanted.ID, held));
    }

    /** Agents of all versions write it alike, whatever the parts that it has in memory. */
    @Test
    void whatIsHeldIsFlatOnDisk() throws Exception {
        String written =
                """
                {"id": "%s", "stage": "FAILED", "run": 2, "restarts": 1, "backOff": 3, "signalled": 4, "attempt": 5, "pid": 6,
                 "startedAt": "2026-01-02T03:04:05Z", "finishedAt": "2026-01-02T03:04:06Z", "exitCode": 137, "reason": "UNHEALTHY",
                 "failure": {"step": "exec", "errno": 2, "detail": "not found", "hint": ""},
                 "since": "2026-01-02T03:04:07Z", "retryAt": "2026-01-02T03:04:08Z", "killed": true, "unhealthy": true,
                 "stop": {"signal": "SIGTERM", "at": "2026-01-02T03:04:05Z", "grace": "PT10S"}, "outOfMemory": {"kills": 1, "pid": 7, "process": "sh"},
                 "applied": {"update": 8, "deviations": []},
                 "ends": [{"run": 1, "restarts": 0, "finishedAt": "2026-01-02T03:04:04Z", "exitCode": 1, "reason": "EXITED", "lastLines": []}]}
                """
                        .formatted(Wanted.ID);
        Files.createDirectory(data.resolve("held"));
        Files.writeString(data.resolve("held/" + Wanted.ID + ".json"), written);
        Held held = new Journal(data).held().get(Wanted.ID);
        assertThat(held.latest()).isEqualTo(new Attempt(2, 1, 5, 6, Instant.parse("2026-01-02T03:04:05Z")));
        assertThat(held.ending().outOfMemory()).isEqualTo(new Observed.OutOfMemory(1, 7, "sh"));
        ObjectNode expected = (ObjectNode) Json.mapper().readTree(written);
        expected.putArray("plugged"); // agents from before there were several networks wrote none
        assertThat(Json.mapper().readTree(Json.write(held))).isEqualTo(expected);
    }

    @Test
    void whatACrashOfTheHostLeftEmptyIsNothing() throws Exception {
        Files.writeString(data.resolve("held.log"), "");
        Files.writeString(data.resolve("desired.log"), "");
        Journal journal = new Journal(data);
        assertThat(journal.desire()).isEqualTo(new Journal.Desire(0, List.of()));
        assertThat(journal.held()).isEmpty();
    }

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
