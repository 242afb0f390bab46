package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.disk.DataLock;
import io.gantry.agent.reconcile.Journal;
import io.gantry.agent.runtime.Grants;
import io.gantry.agent.runtime.Recovered;
import io.gantry.contracts.id.ContainerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A container has filled the whole disk of its node: an agent comes up all the same, or nobody could make room. */
@Timeout(60)
class FullNodeIT {
    private final ContainerId id = TestHost.newId();
    private TestHost host;

    @TempDir Path ground;

    @BeforeEach
    void boot() throws Exception {
        HostileHost.run("mount", "-t", "tmpfs", "-o", "size=16m", "small", ground.toString());
        host = TestHost.make(Grants.NONE, ground);
    }

    @AfterEach
    void close() throws Exception {
        host.close();
        HostileHost.run("umount", "--lazy", ground.toString());
    }

    private void takeAllRoom() {
        assertThatThrownBy(() -> {
            try (var filler = Files.newOutputStream(ground.resolve("filler"))) {
                byte[] page = new byte[4096];
                while (true) {
                    filler.write(page);
                }
            }
        }).isInstanceOf(IOException.class).hasMessageContaining("No space left");
    }

    @Test
    void theNextAgentTakesTheContainersOverAndRemovesThem() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("echo up; sleep 1000")));
        host.awaitOutput(id, "up");
        host.awaitFile(host.runtime.folders().script(id)); // written last
        host.runtime.close();
        takeAllRoom();
        assertThat(KernelCheck.of(TestHost.settings(host.folder, host.node, Grants.NONE)).fit()).isTrue();
        host.boot(StepListener.NONE);
        assertThat(host.runtime.recover()).extracting(Recovered::id).containsExactly(id);
        host.runtime.kill(id);
        assertThat(host.awaitEnd(id).code()).isEqualTo(137);
        host.runtime.remove(id);
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void theNextAgentHasItsLockAndALifeOfItsOwn() throws Exception {
        Journal journal = new Journal(ground.resolve("agent"));
        long first = journal.firstVersion(Instant.now());
        takeAllRoom();
        long second = journal.firstVersion(Instant.now());
        assertThat(second).isGreaterThan(first);
        try (DataLock _ = DataLock.take(ground)) {
            assertThatThrownBy(() -> DataLock.take(ground)).isInstanceOf(DataLock.Held.class);
        }
        assertThat(journal.firstVersion(Instant.now())).isGreaterThan(second);
    }
}
