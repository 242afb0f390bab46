package io.gantry.agent.execute;

import io.gantry.contracts.id.ContainerId;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.nio.file.Path;

/** An agent that is killed, as by {@code kill -9}, right after one step of a start. */
final class HaltingAgent {
    private HaltingAgent() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        int last = Integer.parseInt(arguments[2]);
        LinuxContainerRuntime runtime =
                new LinuxContainerRuntime(
                        TestHost.settings(folder, arguments[1]),
                        (index, step) -> {
                            if (index == last) {
                                new LinuxSystemCalls().kill((int) ProcessHandle.current().pid(), 9);
                            }
                        });
        runtime.start(
                TestHost.request(
                        new ContainerId(arguments[3]), TestHost.shell("sleep 100"), 1, java.util.Optional.empty(), folder.resolve("layer")));
    }
}
