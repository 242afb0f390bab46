package io.gantry.agent.execute;

import io.gantry.agent.plan.ContainerPlanner;
import io.gantry.agent.plan.LauncherStep;
import io.gantry.agent.plan.RuntimeStep;
import io.gantry.agent.plan.Step;
import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.Grants;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.kernel.probe.KernelReport;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An agent that is killed, as by {@code kill -9}, right after one step of a start. It starts when it is told to, by a line with the step and
 * the container on its standard input, so that the next one can be made ready while the test looks after the last.
 */
final class HaltingAgent {
    private static final VolumeMount VOLUME =
            new VolumeMount(new VolumeId("volume-01980000-0000-7000-8000-000000000001"), "data", null, "/tmp", false, true, false, Bytes.mebi(16));

    static final Grants GRANTS = Grants.parse(List.of("device:/dev/kmsg", "namespace:ipc"));
    private static final SystemCalls CALLS = new LinuxSystemCalls();

    private HaltingAgent() {}

    /** Containers whose plans have every kind of step between them. */
    static RunRequest request(Path folder, String node, ContainerId id, String runtime) {
        ContainerSpec shell = TestHost.shell("sleep 100");
        ContainerSpec spec =
                shell.but()
                        .runtime(runtime)
                        .security(new Security(null, null, null, null, false, null, null, null, List.of(new Security.Device("/dev/kmsg", null, null))))
                        .mounts(List.of(
                                new Mount.Bind(folder.resolve("granted").toString(), "/granted", true, null), Mount.Secret.named("db"), new Mount.Api("/api.sock", null),
                                new Mount.Socket("agent", "/agent.sock", null, null, null)))
                        .namespaces(runtime.equals(ContainerSpec.DEFAULT_RUNTIME) ? new Namespaces("host", null) : Namespaces.OWN)
                        .user("web")
                        .stdin(true)
                        .resources(
                                Resources.limits()
                                        .cpu(new MilliCpu(1500)).cpuWeight(200).cpuset("0").memory(Bytes.mebi(64)).pids(50).oomScore(10).networkIn(Bytes.mebi(1)).build())
                        .build();
        RunRequest plain = TestHost.request(id, spec, 1, Optional.of(TestBridge.attachment(node, 5)), folder.resolve("layer"), List.of(VOLUME));
        List<Attachment> networks = List.of(TestBridge.attachment(node, 5), TestBridge.attachment(node, 6));
        return new RunRequest(plain.container(), plain.run(), plain.layers(), networks, new KeptFiles(List.of(new KeptFiles.One("secret", "db", new byte[] {1}))));
    }

    /** One whose layer and volume have sizes. */
    static RunRequest sized(Path folder, String node, ContainerId id) {
        ContainerSpec spec = TestHost.limited(TestHost.shell("sleep 100"), Resources.limits().disk(Bytes.mebi(32)).build());
        return TestHost.request(id, spec, 1, Optional.empty(), folder.resolve("layer"), List.of(VOLUME));
    }

    /** Of that host, with more words if there are any; what it says goes to {@code agent.log}. */
    static Process spawn(TestHost host, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                HaltingAgent.class.getName(), host.folder.toString(), host.node));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .directory(host.folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(new File(host.folder.toFile(), "agent.log"))
                .start();
    }

    /**
     * {@code folder node}, with {@code sized} for the container of {@link #sized}, or {@code folder node processes} to park so many; then a line
     * {@code step id runtime} or {@code step id runtime frozen}: its first process, or who has it made, takes none of its own steps.
     */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        String node = arguments[1];
        boolean sized = arguments.length > 2 && arguments[2].equals("sized");
        if (arguments.length > 2 && !sized) {
            park(folder, node, Integer.parseInt(arguments[2]));
        }
        warmUp(folder, node);
        String[] told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine().split(" ");
        int last = Integer.parseInt(told[0]);
        String[] group = new String[1];
        StepListener steps =
                (index, step) -> {
                    if (step instanceof LauncherStep.Spawn spawn) {
                        group[0] = spawn.unified();
                    }
                    if ((step instanceof LauncherStep.AwaitFirstProcess || step instanceof RuntimeStep.AwaitMaker) && told.length > 3) {
                        freeze(group[0]);
                    }
                    if (index == last) {
                        CALLS.kill((int) ProcessHandle.current().pid(), 9);
                    }
                };
        new LinuxContainerRuntime(TestHost.settings(folder, node, GRANTS), KernelReport.COMPLETE, TestHost.means().telling(steps)).start(
                        sized ? sized(folder, node, new ContainerId(told[1])) : request(folder, node, new ContainerId(told[1]), told[2]));
    }

    /** Ends with that many parked processes. */
    private static void park(Path folder, String node, int processes) {
        LinuxContainerRuntime runtime = new LinuxContainerRuntime(TestHost.settings(folder, node, Grants.NONE).withParked(processes));
        runtime.recover();
        if (runtime.awaitParked(Means.PATIENCE)) {
            CALLS.kill((int) ProcessHandle.current().pid(), 9);
        }
    }

    private static void warmUp(Path folder, String node) {
        var settings = TestHost.settings(folder, node, GRANTS);
        for (String runtime : settings.classes().names()) {
            RunRequest request = request(folder, node, TestHost.newId(), runtime);
            ContainerPlanner.plan(Plans.input(settings, request)).steps().forEach(Step::call);
        }
        CALLS.limits(0);
    }

    private static void freeze(String group) {
        try (Fd file = CALLS.open(group + "/cgroup.freeze", LinuxHeader.O_WRONLY, 0)) {
            CALLS.write(file, new byte[] {'1'});
        }
    }
}
