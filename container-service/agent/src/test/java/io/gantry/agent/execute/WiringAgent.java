package io.gantry.agent.execute;

import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.Grants;
import io.gantry.contracts.id.ContainerId;
import io.gantry.kernel.probe.KernelReport;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.nio.file.Path;
import java.util.List;

/** An agent that is killed, as by {@code kill -9}, right after one deed when a running container comes onto other networks. */
final class WiringAgent {
    private WiringAgent() {}

    /** From the one network that it was on to these. */
    static List<Attachment> others(String node) {
        return List.of(TestBridge.attachment(TestBridge.beside(node), 3), TestBridge.attachment(node, 6));
    }

    /** {@code folder node container deed}: dies after that deed, counted from 1. */
    public static void main(String[] arguments) {
        int[] left = {Integer.parseInt(arguments[3])};
        WiringListener killing = deed -> {
            if (--left[0] == 0) {
                new LinuxSystemCalls().kill((int) ProcessHandle.current().pid(), 9);
            }
        };
        LinuxContainerRuntime runtime = new LinuxContainerRuntime(
                TestHost.settings(Path.of(arguments[0]), arguments[1], Grants.NONE), KernelReport.COMPLETE, Means.usual().wiring(killing));
        runtime.recover();
        runtime.rewire(new ContainerId(arguments[2]), others(arguments[1]));
    }
}
