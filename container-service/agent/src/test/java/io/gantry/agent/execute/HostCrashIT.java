package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of containers that ran when their host went down; its boot is changed in the record, all processes are killed. */
@Timeout(60)
class HostCrashIT {
    private static final String WRITES = "[ -e /tmp/second ] && exit 3; touch /tmp/second; echo kept; sleep 100";
    private static final Owner REPLICA = new Owner.Replica(new DeploymentId(Ids.of("deployment", Instant.EPOCH, new SecureRandom())), "web", 1, 0);

    private final ContainerId id = TestHost.newId();
    @AutoClose private final TestHost host = TestHost.make();

    private RunRequest request(Owner owner, long run) {
        RunRequest plain = host.request(id, TestHost.shell(WRITES));
        Desired.Container asked = plain.container();
        Desired.Container owned =
                new Desired.Container(
                        id, asked.project(), asked.name(), owner, asked.life(), run, null, asked.spec(), asked.image(), asked.stopSignal(), asked.grace(), asked.update(), false);
        return new RunRequest(owned, run, plain.layers(), plain.network());
    }

    /** Everything ends at once, nobody writes anything down. */
    private void goDown() throws Exception {
        host.awaitFile(host.runtime.folders().script(id));
        host.runtime.close();
        Files.writeString(Path.of("/sys/fs/cgroup/unified/gantry-test/gantry", host.node, "s00000/cgroup.kill"), "1");
        Path record = host.runtime.folders().record(id);
        Files.writeString(record, Files.readString(record).replaceAll("\"boot\":\\s*\"[^\"]*\"", "\"boot\":\"before\""));
        Thread.sleep(200);
        Files.deleteIfExists(host.runtime.folders().exit(id));
        host.boot(StepListener.NONE);
        assertThat(host.runtime.recover()).singleElement().satisfies(found -> assertThat(found.exit()).map(Exit::code).contains(137));
    }

    @Test
    void aPersonsContainerHasWhatItWrote() throws Exception {
        host.runtime.start(request(new Owner.Person(), 1));
        host.awaitOutput(id, "kept");
        goDown();
        host.runtime.start(request(new Owner.Person(), 2));
        assertThat(host.awaitEnd(id).code()).isEqualTo(3);
        assertThat(host.runtime.explain(id).steps()).noneMatch(step -> step.call().contains("volatile"));
    }

    @Test
    void aReplicaWhoseLayerWasNeverSyncedBeginsWithANewOne() throws Exception {
        host.runtime.start(request(REPLICA, 1));
        host.awaitOutput(id, "kept");
        goDown();
        host.runtime.start(request(REPLICA, 2));
        assertThat(host.runtime.explain(id).steps())
                .anyMatch(step -> step.call().contains("volatile"))
                .anyMatch(step -> step.title().equals("The writable layer, new: the host went down while it was in use without syncing"));
        host.awaitFile(host.runtime.folders().upper(id).resolve("tmp/second"));
        host.runtime.kill(id);
        assertThat(host.awaitEnd(id).code()).isEqualTo(137);
    }

    @Test
    void aReplicaThatOnlyRestartsHasWhatItWrote() throws Exception {
        host.runtime.start(request(REPLICA, 1));
        host.awaitOutput(id, "kept");
        host.runtime.kill(id);
        host.awaitEnd(id);
        host.runtime.start(request(REPLICA, 2));
        assertThat(host.awaitEnd(id).code()).isEqualTo(3);
    }
}
