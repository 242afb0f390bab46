package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.plan.ContainerPlanner;
import io.gantry.agent.plan.DebugPlanner;
import io.gantry.agent.plan.HostStep;
import io.gantry.agent.plan.LauncherStep;
import io.gantry.agent.plan.Step;
import io.gantry.agent.runtime.Recovered;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.spec.ImageConfig;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens after whichever step, nothing is left: neither when the step fails nor when the agent is killed there. */
@Timeout(180)
class CrashIT {
    @AutoClose private final TestHost host = TestHost.make(HaltingAgent.GRANTS).bridged();

    /** The agent's own steps; the first process's are one with handing over. */
    private static List<Integer> hostSteps(List<Step> steps) {
        return IntStream.range(0, steps.size()).filter(index -> steps.get(index) instanceof HostStep).boxed().toList();
    }

    private RunRequest request(ContainerId id, String runtime) {
        return HaltingAgent.request(host.folder, host.node, id, runtime);
    }

    private List<Step> steps(RunRequest request) {
        return ContainerPlanner.plan(Plans.input(host.settings, request)).steps();
    }

    @Test
    void thePlansHaveEveryKindOfStep() {
        RunRequest request = request(TestHost.newId(), ContainerSpec.DEFAULT_RUNTIME);
        // what only a look into a container needs is tried in DebugIT
        List<Step> look = DebugPlanner.plan(Plans.input(host.settings, request), new DebugSpec(null, null, null, null, false, false, false), ImageConfig.EMPTY, 1, "debug-1").steps();
        List<Step> byCrun = steps(request(TestHost.newId(), TestHost.CRUN.name()));
        assertThat(Stream.of(steps(request), byCrun, look).flatMap(List::stream)).extracting(Object::getClass).contains(kinds(HostStep.class).toArray(Class<?>[]::new));
    }

    private static Stream<Class<?>> kinds(Class<?> kind) {
        return kind.isSealed() ? Stream.of(kind.getPermittedSubclasses()).flatMap(CrashIT::kinds) : Stream.of(kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {ContainerSpec.DEFAULT_RUNTIME, "crun"})
    void aFailureAfterAnyStepIsUndone(String runtime) throws Exception {
        ContainerId id = TestHost.newId();
        RunRequest request = request(id, runtime);
        Set<String> before = processes();
        int descriptors = descriptors();
        for (int index : hostSteps(steps(request))) {
            host.runtime.close();
            host.boot(
                    (done, step) -> {
                        if (done == index) {
                            throw new IllegalStateException("stopped after " + step.name());
                        }
                    });
            assertThatThrownBy(() -> host.runtime.start(request)).isInstanceOf(StartFailure.class).hasMessageContaining("stopped after");
            assertThat(leftovers()).as("after step %d", index).isEmpty();
            assertThat(host.runtime.recover()).isEmpty();
        }
        assertThat(processes()).isEqualTo(before);
        assertThat(descriptors()).as("descriptors of the agent").isLessThanOrEqualTo(descriptors + 8);
        host.runtime.close();
        host.boot(StepListener.NONE);
        assertThat(host.run(id, TestHost.shell("exit 2")).code()).as("and it still starts").isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {ContainerSpec.DEFAULT_RUNTIME, "crun"})
    void anAgentKilledAfterAnyStepLeaksNothing(String runtime) throws Exception {
        Set<String> before = processes();
        List<Step> steps = steps(request(TestHost.newId(), runtime));
        host.runtime.close();
        Process agent = HaltingAgent.spawn(host);
        for (int index : hostSteps(steps)) {
            Process next = HaltingAgent.spawn(host);
            ContainerId id = TestHost.newId();
            killed(agent, index + " " + id + " " + runtime);
            List<Recovered> found = recover(id);
            assertThat(leftovers()).as("after step %d, %s", index, steps.get(index).name()).isEmpty();
            if (steps.get(index) instanceof LauncherStep.AwaitExecuted) {
                assertThat(found).as("what ran was known").extracting(Recovered::id).containsExactly(id);
            } else if (!(steps.get(index) instanceof LauncherStep.Release)) {
                assertThat(found).as("what had not begun").isEmpty();
            }
            agent = next;
        }
        agent.destroyForcibly();
        awaitProcesses(before);
    }

    /** From the hand-over on it works beside the agent; here it is held before the first of its steps. */
    @ParameterizedTest
    @ValueSource(strings = {ContainerSpec.DEFAULT_RUNTIME, "crun"})
    void anAgentKilledWhileTheFirstProcessIsAtItsStepsLeaksNothing(String runtime) throws Exception {
        Set<String> before = processes();
        List<Step> steps = steps(request(TestHost.newId(), runtime));
        host.runtime.close();
        int handOver = IntStream.range(0, steps.size()).filter(at -> steps.get(at) instanceof LauncherStep.HandOver).findFirst().orElseThrow();
        ContainerId id = TestHost.newId();
        killed(HaltingAgent.spawn(host), handOver + " " + id + " " + runtime + " frozen");
        assertThat(recover(id)).as("nobody was told that it runs").isEmpty();
        assertThat(leftovers()).isEmpty();
        awaitProcesses(before);
    }

    /** What the next agent finds of it, which then removes it. */
    private List<Recovered> recover(ContainerId id) {
        host.boot(StepListener.NONE);
        List<Recovered> found = host.runtime.recover();
        host.runtime.remove(id);
        host.runtime.close();
        return found;
    }

    private List<String> leftovers() throws Exception {
        List<String> all = new ArrayList<>(host.leftovers());
        all.addAll(host.bridge.cables(5, 6));
        return all;
    }

    private void killed(Process agent, String told) throws Exception {
        try (OutputStream input = agent.getOutputStream()) {
            input.write((told + "\n").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(agent.waitFor()).as(Files.readString(host.folder.resolve("agent.log"))).isEqualTo(137);
    }

    /** Launchers and what they made, by pid. */
    private Set<String> processes() throws Exception {
        try (var found = Files.list(Path.of("/proc"))) {
            return found.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .filter(path -> comm(path).startsWith("gantry-") && !zombie(path) && folder(path).startsWith(host.folder))
                    .map(Path::toString)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** A released monitor ends in its own time; one that doesn't lets the test run into its timeout. */
    private void awaitProcesses(Set<String> expected) throws Exception {
        Set<String> extra = processes();
        extra.removeAll(expected);
        for (String path : extra) {
            Optional<ProcessHandle> process = ProcessHandle.of(Long.parseLong(path.substring(6)));
            if (process.isPresent()) {
                process.get().onExit().get(10, TimeUnit.SECONDS);
            }
        }
    }

    /** A monitor works in its socket folder. */
    private static Path folder(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd"));
        } catch (IOException e) {
            return process;
        }
    }

    private static String comm(Path process) {
        try {
            return Files.readString(process.resolve("comm"));
        } catch (IOException e) {
            return "";
        }
    }

    private static boolean zombie(Path process) {
        try {
            return Files.readString(process.resolve("stat")).contains(") Z");
        } catch (IOException e) {
            return true;
        }
    }

    private static int descriptors() {
        return new File("/proc/self/fd").list().length;
    }
}
