package io.gantry.agent.execute;

import io.gantry.agent.reconcile.Held;
import io.gantry.agent.reconcile.Journal;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.Grants;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.state.Desired;
import io.gantry.kernel.probe.KernelReport;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An agent that does one thing and is killed, as by {@code kill -9}, on the way: right after the so-and-so-manieth time that it has changed
 * something, in the kernel or in its journal. Ends well if it is done before.
 */
final class HaltingLife {
    /** These change nothing outside of the agent. */
    private static final Set<String> LOOKS =
            Set.of("open", "openAt", "openInRoot", "read", "readAt", "memoryFile", "fsOpen", "socketPair", "receive", "pidFd", "awaitMessage", "awaitChange", "awaitChanges", "limits", "ask");

    static final VolumeMount VOLUME = new VolumeMount(new VolumeId("volume-01980000-0000-7000-8000-000000000001"), "data", null, "/full", false, true, false, null);

    enum Deed {
        /** From a parked process; counted are the plan's steps. */
        START_PARKED,
        /** With a volume that is to be filled. */
        START_FILLING,
        EXEC,
        /** Of one that hears no signal. */
        STOP,
        REMOVE
    }

    private static final SystemCalls CALLS = new LinuxSystemCalls();

    private HaltingLife() {}

    /** {@code folder node}; then on its standard input a line {@code deed point container bystander}. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        RuntimeSettings settings = TestHost.settings(folder, arguments[1], Grants.NONE);
        CALLS.limits(0);
        String[] told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine().split(" ");
        ContainerId id = new ContainerId(told[2]);
        Deed deed = Deed.valueOf(told[0]);
        Countdown countdown = new Countdown(Integer.parseInt(told[1]));
        switch (deed) {
            case START_PARKED, START_FILLING -> start(settings, request(deed, folder, arguments[1], id), countdown);
            case EXEC, STOP, REMOVE -> live(deed, settings, folder, wanted(folder, arguments[1], id), wanted(folder, arguments[1], new ContainerId(told[3])), countdown);
        }
        Runtime.getRuntime().halt(0);
    }

    /** Of one that runs until it is killed. */
    static RunRequest request(Deed deed, Path folder, String node, ContainerId id) {
        ContainerSpec spec = TestHost.shell("trap '' TERM; echo up; while true; do sleep 100; done");
        return deed == Deed.START_FILLING
                ? TestHost.request(id, spec, 1, Optional.empty(), folder.resolve("layer"), List.of(VOLUME))
                : TestHost.request(id, spec, 1, Optional.of(TestBridge.attachment(node, 5)), folder.resolve("layer"));
    }

    private static Desired.Container wanted(Path folder, String node, ContainerId id) {
        return wanted(request(Deed.STOP, folder, node, id).container(), Desired.Life.RUNNING);
    }

    static Desired.Container wanted(Desired.Container one, Desired.Life life) {
        return new Desired.Container(
                one.id(), one.project(), one.name(), one.owner(), life, one.run(), null, one.spec(), one.image(), one.stopSignal(),
                Duration.ofMillis(100), 0, false, one.volumes());
    }

    private static void start(RuntimeSettings settings, RunRequest request, Countdown countdown) throws Exception {
        Means means = Means.usual().telling((_, _) -> countdown.tick());
        LinuxContainerRuntime runtime = new LinuxContainerRuntime(settings.withParked(1), KernelReport.COMPLETE, means);
        runtime.recover();
        if (!runtime.awaitParked(Means.PATIENCE)) {
            throw new IllegalStateException("no process could be parked");
        }
        // as decisions do before any start
        new Journal(settings.data().resolve("agent")).remember(Held.of(request.container().id()).starting(request.run(), 0));
        countdown.begin();
        runtime.start(request);
    }

    private static void live(Deed deed, RuntimeSettings settings, Path folder, Desired.Container one, Desired.Container bystander, Countdown countdown) throws Exception {
        ContainerId id = one.id();
        LoneAgent agent = new LoneAgent(settings, folder.resolve("layer"), Means.usual().calling(counted(countdown)), countdown::tick);
        agent.await(id, held -> held.latest().pid() != null);
        countdown.begin();
        switch (deed) {
            case EXEC -> exec(agent.runtime, id);
            case STOP -> {
                agent.wants(bystander, wanted(one, Desired.Life.STOPPED));
                awaitCleaned(agent.runtime, id);
            }
            case REMOVE -> {
                agent.wants(bystander, wanted(one, Desired.Life.REMOVED));
                agent.awaitGone(id);
                awaitDeleted(agent.runtime);
            }
            case START_PARKED, START_FILLING -> throw new IllegalArgumentException(deed + " is done without decisions");
        }
    }

    /** One that ends with its input alone, so that whether it is left behind shows. */
    private static void exec(LinuxContainerRuntime runtime, ContainerId id) throws Exception {
        ExecSession session = runtime.exec(id, new ExecSpec(List.of("cat"), null, null, null, false, true));
        session.stdin().write('x');
        session.stdout().read();
    }

    /** What was out of sight at once. */
    private static void awaitDeleted(LinuxContainerRuntime runtime) throws InterruptedException {
        while (runtime.folders().rubbish().toFile().list().length > 0) {
            Thread.sleep(5);
        }
    }

    /** The sockets are the last that goes. */
    private static void awaitCleaned(LinuxContainerRuntime runtime, ContainerId id) throws InterruptedException {
        while (Files.isDirectory(runtime.folders().sockets(id))) {
            Thread.sleep(5);
        }
    }

    private static SystemCalls counted(Countdown countdown) {
        return (SystemCalls) Proxy.newProxyInstance(
                SystemCalls.class.getClassLoader(), new Class<?>[] {SystemCalls.class}, (_, method, arguments) -> {
                    try {
                        Object answer = method.invoke(CALLS, arguments);
                        if (!LOOKS.contains(method.getName())) {
                            countdown.tick();
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Ends this process at zero; nothing counts before it has begun. */
    private static final class Countdown {
        private final AtomicInteger left;
        private volatile boolean begun;

        private Countdown(int points) {
            left = new AtomicInteger(points);
        }

        void begin() {
            begun = true;
        }

        void tick() {
            if (begun && left.decrementAndGet() == 0) {
                CALLS.kill((int) ProcessHandle.current().pid(), 9);
            }
        }
    }
}
