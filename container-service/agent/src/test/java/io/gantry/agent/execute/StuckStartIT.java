package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.plan.LauncherStep;
import io.gantry.agent.plan.Step;
import io.gantry.agent.runtime.CallOff;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.state.Observed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Starts whose first process hangs at a step: here it is frozen by its group, as if what it opens never answered. */
@Timeout(20)
class StuckStartIT {
    private static final Duration SOON = Duration.ofMillis(300);
    private final ContainerId id = TestHost.newId();
    @AutoClose private final TestHost host = TestHost.make();

    @BeforeEach
    void makeRoomForAnother() {
        host.runtime.close();
    }

    private Path group(String file) {
        return Path.of(host.settings.cgroups().unified("s00000"), file);
    }

    private void freezeAfter(Class<? extends Step> kind, Step step) {
        if (kind.isInstance(step)) {
            try {
                Files.writeString(group("cgroup.freeze"), "1");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void aStepThatIsNotDoneInTimeEndsTheStartWithItsName() throws Exception {
        host.boot((_, step) -> freezeAfter(LauncherStep.AwaitFirstProcess.class, step), SOON);
        assertThatThrownBy(() -> host.runtime.start(host.request(id, TestHost.shell("true"))))
                .isInstanceOfSatisfying(StartFailure.class, e -> {
                    assertThat(e.failure().step()).isEqualTo("become-root");
                    assertThat(e.failure().errno()).isEqualTo(110);
                    assertThat(e.failure().detail()).isEqualTo("setresgid(0, 0, 0); setgroups(0); setresuid(0, 0, 0): it isn't done after 300 ms");
                    assertThat(e.failure().hint()).contains("doesn't come");
                });
        assertThat(host.leftovers()).isEmpty();
        host.runtime.close();
        host.boot(StepListener.NONE);
        assertThat(host.run(id, TestHost.shell("exit 4")).code()).as("and it still starts").isEqualTo(4);
    }

    @Test
    void aStartThatIsCalledOffEndsAtOnce() throws Exception {
        CompletableFuture<Void> waits = new CompletableFuture<>();
        host.boot((_, step) -> {
            freezeAfter(LauncherStep.AwaitFirstProcess.class, step);
            if (step instanceof LauncherStep.HandOver) {
                waits.complete(null);
            }
        });
        CallOff callOff = new CallOff();
        CompletableFuture<Observed.Failure> failure = CompletableFuture.supplyAsync(() -> failure(callOff));
        waits.join();
        callOff.callOff();
        assertThat(failure.join().detail()).contains("called off");
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void aStartThatIsCalledOffBeforeItBeginsDoesNothing() throws Exception {
        host.boot(StepListener.NONE);
        CallOff callOff = new CallOff();
        callOff.callOff();
        assertThat(failure(callOff).detail()).contains("called off");
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void aCommandOfAContainerThatIsHeldStillIsGivenUpAlone() throws Exception {
        host.boot(StepListener.NONE, SOON);
        host.runtime.start(host.request(id, TestHost.shell("sleep 1000")));
        Files.writeString(group("cgroup.freeze"), "1");
        ExecSpec command = new ExecSpec(List.of("true"), null, null, null, false, false);
        assertThatThrownBy(() -> host.runtime.exec(id, command))
                .as("refused if the kernel has told already that it stands still, given up in time if not")
                .isInstanceOfSatisfying(StartFailure.class, e -> assertThat(e.failure().detail()).containsAnyOf("the container is paused", "it isn't done after"));
        Files.writeString(group("cgroup.freeze"), "0");
        assertThat(host.ends).as("the container runs on").isEmpty();
        host.runtime.kill(id);
        assertThat(host.awaitEnd(id).code()).isEqualTo(137);
        host.runtime.remove(id);
        assertThat(host.leftovers()).isEmpty();
    }

    private Observed.Failure failure(CallOff callOff) {
        try {
            host.runtime.start(host.request(id, TestHost.shell("true")), callOff);
            throw new AssertionError("it started");
        } catch (StartFailure e) {
            return e.failure();
        }
    }
}
