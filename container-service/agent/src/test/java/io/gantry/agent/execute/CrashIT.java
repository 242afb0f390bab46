package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.plan.ContainerPlanner;
import io.gantry.agent.plan.HostStep;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever happens after whichever step, nothing is left: neither when the step fails nor when the agent is killed there. */
@Timeout(120)
class CrashIT {
    private TestHost host;

    @BeforeEach
    void boot() throws Exception {
        host = TestHost.make();
    }

    @AfterEach
    void close() throws Exception {
        host.close();
    }

    /** The agent's own steps; the first process's are one with handing over. */
    static List<Integer> hostSteps(TestHost host, RunRequest request) {
        var plan = ContainerPlanner.plan(Plans.input(host, request));
        List<Integer> indexes = new ArrayList<>();
        for (int i = 0; i < plan.steps().size(); i++) {
            if (plan.steps().get(i) instanceof HostStep) {
                indexes.add(i);
            }
        }
        return indexes;
    }

    /** A second limit or file leaves nothing that the first doesn't; each costs the start of a JVM. */
    private List<Integer> firstOfEachKind(RunRequest request) {
        var steps = ContainerPlanner.plan(Plans.input(host, request)).steps();
        Set<Class<?>> seen = new HashSet<>();
        return hostSteps(host, request).stream().filter(index -> seen.add(steps.get(index).getClass())).toList();
    }

    @Test
    void aFailureAfterAnyStepIsUndone() throws Exception {
        ContainerId id = TestHost.newId();
        RunRequest request = host.request(id, TestHost.shell("sleep 100"));
        Set<String> before = processes();
        int descriptors = descriptors();
        for (int index : hostSteps(host, request)) {
            host.runtime.close();
            host.boot(
                    (done, step) -> {
                        if (done == index) {
                            throw new IllegalStateException("stopped after " + step.name());
                        }
                    });
            assertThatThrownBy(() -> host.runtime.start(request)).isInstanceOf(StartFailure.class).hasMessageContaining("stopped after");
            assertThat(host.leftovers()).as("after step %d", index).isEmpty();
            assertThat(host.runtime.recover()).isEmpty();
        }
        assertThat(processes()).isEqualTo(before);
        assertThat(descriptors()).as("descriptors of the agent").isLessThanOrEqualTo(descriptors + 8);
        host.runtime.close();
        host.boot(StepListener.NONE);
        assertThat(host.run(id, TestHost.shell("exit 2")).code()).as("and it still starts").isEqualTo(2);
    }

    @Test
    void anAgentKilledAfterAnyStepLeaksNothing() throws Exception {
        ContainerId probe = TestHost.newId();
        Set<String> before = processes();
        List<Integer> steps = firstOfEachKind(host.request(probe, TestHost.shell("sleep 100")));
        host.runtime.close();
        for (int index : steps) {
            ContainerId id = TestHost.newId();
            killedAgent(index, id);
            host.boot(StepListener.NONE);
            host.runtime.recover();
            host.runtime.remove(id);
            assertThat(host.leftovers()).as("after step %d", index).isEmpty();
            host.runtime.close();
        }
        awaitProcesses(before);
    }

    private void killedAgent(int index, ContainerId id) throws Exception {
        Process agent =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                                HaltingAgent.class.getName(), host.folder.toString(), host.node, Integer.toString(index), id.value())
                        .redirectErrorStream(true)
                        .redirectOutput(new File(host.folder.toFile(), "agent.log"))
                        .start();
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
        } catch (java.io.IOException e) {
            return process;
        }
    }

    private static String comm(Path process) {
        try {
            return Files.readString(process.resolve("comm"));
        } catch (java.io.IOException e) {
            return "";
        }
    }

    private static boolean zombie(Path process) {
        try {
            return Files.readString(process.resolve("stat")).contains(") Z");
        } catch (java.io.IOException e) {
            return true;
        }
    }

    private static int descriptors() {
        return new File("/proc/self/fd").list().length;
    }
}
