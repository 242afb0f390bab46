package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.reconcile.Held;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Desired;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host whose containers are brought to rest, and what the next agent makes of it. */
@Timeout(60)
class RestIT {
    private static final String SERVES = "echo again >>/tmp/runs; trap 'echo asked >>/tmp/runs; exit 0' TERM; while :; do sleep 0.1; done";
    private final ContainerId service = TestHost.newId();
    private final ContainerId once = TestHost.newId();
    private final ContainerId plain = TestHost.newId();
    private TestHost host;

    @BeforeEach
    void boot() throws Exception {
        host = TestHost.make();
        host.runtime.close();
    }

    @AfterEach
    void close() throws Exception {
        host.close();
    }

    private Desired.Container wanted(ContainerId id, ContainerSpec spec) {
        return host.request(id, spec.but().network("none").build()).container();
    }

    private int rest() throws Exception {
        try (LinuxContainerRuntime runtime = new LinuxContainerRuntime(host.settings)) {
            runtime.recover();
            return runtime.rest();
        }
    }

    private String runs() throws Exception {
        return Files.readString(host.runtime.folders().upper(service).resolve("tmp/runs"));
    }

    @Test
    void whatRanIsAskedToEndAndComesBackByItsPolicyWithWhatItWrote() throws Exception {
        Desired.Container[] all = {
            wanted(service, TestHost.shell(SERVES).but().restart(RestartPolicy.ALWAYS).build()),
            wanted(once, TestHost.shell("echo once")),
            wanted(plain, TestHost.command("sleep", "100"))
        };
        try (LoneAgent agent = LoneAgent.usual(host.settings, host.layer)) {
            agent.wants(all);
            agent.await(service, one -> one.stage() == Held.Stage.RUNNING);
            agent.await(plain, one -> one.stage() == Held.Stage.RUNNING);
            agent.await(once, one -> one.stage() == Held.Stage.EXITED);
            host.awaitFile(host.runtime.folders().upper(service).resolve("tmp/runs"));
        }

        assertThat(rest()).isEqualTo(2);

        assertThat(host.leftovers()).isEmpty();
        assertThat(runs()).isEqualTo("again\nasked\n");
        try (LoneAgent agent = LoneAgent.usual(host.settings, host.layer)) {
            agent.wants(all);
            assertThat(agent.await(service, one -> one.stage() == Held.Stage.RUNNING && one.latest().restarts() == 1).latest().run()).isEqualTo(1);
            assertThat(agent.await(plain, one -> one.stage() == Held.Stage.EXITED).outcome().exitCode()).isEqualTo(143);
            assertThat(agent.await(once, one -> one.stage() == Held.Stage.EXITED).outcome().exitCode()).isZero();
            assertThat(host.output(once)).isEqualTo("once\n");
        }
    }

    @Test
    void whatDoesNotEndWithinItsGraceIsMadeTo() throws Exception {
        Desired.Container asked = wanted(plain, TestHost.shell("trap '' TERM; echo deaf; while :; do sleep 0.1; done"));
        Desired.Container deaf = new Desired.Container(
                plain, asked.project(), asked.name(), asked.owner(), asked.life(), asked.run(), null, asked.spec(), asked.image(), asked.stopSignal(),
                Duration.ofMillis(300), asked.update(), false);
        try (LoneAgent agent = LoneAgent.usual(host.settings, host.layer)) {
            agent.wants(deaf);
            agent.await(plain, one -> one.stage() == Held.Stage.RUNNING);
            host.boot(StepListener.NONE);
            host.awaitOutput(plain, "deaf");
            host.runtime.close();
        }

        assertThat(rest()).isEqualTo(1);

        assertThat(host.leftovers()).isEmpty();
        try (LoneAgent agent = LoneAgent.usual(host.settings, host.layer)) {
            agent.wants(deaf);
            assertThat(agent.await(plain, one -> one.stage() == Held.Stage.EXITED).outcome().exitCode()).isEqualTo(137);
        }
    }
}
