package io.gantry.agent.execute;

import io.gantry.agent.runtime.Grants;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.kernel.probe.KernelReport;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** An agent that is killed, as by {@code kill -9}, right after one deed of the renewal of a container's files. */
final class RenewingAgent {
    private RenewingAgent() {}

    /** {@code folder node container deed content}: dies after that deed, counted from 1. */
    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        ContainerId id = new ContainerId(arguments[2]);
        int[] left = {Integer.parseInt(arguments[3])};
        RenewalListener killing = deed -> {
            if (--left[0] == 0) {
                new LinuxSystemCalls().kill((int) ProcessHandle.current().pid(), 9);
            }
        };
        LinuxContainerRuntime runtime = new LinuxContainerRuntime(TestHost.settings(folder, arguments[1], Grants.NONE), KernelReport.COMPLETE, Means.usual().renewing(killing));
        runtime.recover();
        runtime.renew(TestHost.request(id, TestHost.shell("true"), 1, Optional.empty(), folder.resolve("layer")).container().withFiles(1), contents(arguments[4]));
    }

    /** Of the secrets {@code db} and {@code api}. */
    static KeptFiles contents(String both) {
        byte[] content = both.getBytes(StandardCharsets.UTF_8);
        return new KeptFiles(List.of(new KeptFiles.One("secret", "db", content), new KeptFiles.One("secret", "api", content)));
    }
}
