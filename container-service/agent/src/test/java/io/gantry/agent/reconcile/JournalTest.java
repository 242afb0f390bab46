package io.gantry.agent.reconcile;

import static io.gantry.agent.reconcile.Wanted.NOON;
import static io.gantry.agent.reconcile.Wanted.container;
import static io.gantry.agent.reconcile.Wanted.record;
import static io.gantry.contracts.state.Desired.Life.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
        journal.remember(view);
        assertThat(new Journal(data).held()).containsExactly(Map.entry(Wanted.ID, held));
        assertThat(new Journal(data).desire()).isEqualTo(new Journal.Desire(3, List.copyOf(view.records().values())));
        journal.forget(Wanted.ID);
        assertThat(new Journal(data).held()).isEmpty();
    }

    @Test
    void whatACrashOfTheHostLeftEmptyIsSkippedAndKept() throws Exception {
        Journal journal = new Journal(data);
        journal.remember(Held.of(Wanted.ID));
        String other = "b".repeat(64);
        Files.writeString(data.resolve("held/" + other + ".json"), "");
        Files.writeString(data.resolve("desired.json"), "");
        assertThat(journal.held()).containsOnlyKeys(Wanted.ID);
        assertThat(journal.desire()).isEqualTo(new Journal.Desire(0, List.of()));
        assertThat(data.resolve("held/" + other + ".json.broken")).exists();
        assertThat(data.resolve("desired.json.broken")).exists();
        assertThat(journal.held()).containsOnlyKeys(Wanted.ID);
    }

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
