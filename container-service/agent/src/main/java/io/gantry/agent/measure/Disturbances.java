package io.gantry.agent.measure;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Observed.Awaited;
import io.gantry.contracts.state.Observed.What;
import io.gantry.contracts.view.PressureView;
import io.gantry.kernel.cgroup.UsageFiles;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Says that containers wait because of others. The kernel wakes it when containers of this node wait at all (psi.rst, triggers; 5.2), so that nothing
 * is done while none does. Then one file of each container tells whether it is that one; who is is looked at for two seconds together with all that may
 * be the cause, and rests for a minute, whatever was found.
 *
 * <p>The triggers are on the one group above all containers: one on each container's own would make every removal wait some 35 ms for the kernel.
 */
public final class Disturbances implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Disturbances.class.getName());
    private static final Duration REST = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofSeconds(2);

    /**
     * Some process waited for 20 ms of 2 s. It is little since the group's time is an average over the processors in use: one container's waiting on one
     * of many is a small part. The window is a multiple of 2 s, so that nobody needs CAP_SYS_RESOURCE from 6.5 on.
     */
    private static final byte[] TRIGGER = "some 20000 2000000\0".getBytes(StandardCharsets.US_ASCII);

    /** Told from one thread. */
    public interface Listener {
        void disturbed(ContainerId id, What.Disturbed what);
    }

    private final SystemCalls calls;
    private final Moments moments;
    private final Supplier<Map<ContainerId, Moments.Running>> running;
    private final Listener listener;
    private final Rests rests;
    private final List<Path> files;
    private final List<Fd> triggers = new ArrayList<>();
    private final SystemCalls.Pair end;
    private final Thread thread = Thread.ofPlatform().name("disturbances").daemon().unstarted(this::run);

    private Disturbances(
            SystemCalls calls, List<String> files, Supplier<Map<ContainerId, Moments.Running>> running, Listener listener, Duration rest) {
        this.calls = calls;
        this.files = files.stream().map(Path::of).toList();
        this.running = running;
        this.listener = listener;
        moments = new Moments(Path.of("/proc"));
        rests = new Rests(rest);
        end = calls.socketPair();
    }

    /**
     * Where the kernel can't wake anybody that is said in the log, once, and nothing is ever told.
     *
     * @param files of the group above all containers: for processors, memory, disks
     * @param running asked for when containers wait
     */
    public static Disturbances begin(SystemCalls calls, List<String> files, Supplier<Map<ContainerId, Moments.Running>> running, Listener listener) {
        return begin(calls, files, running, listener, REST);
    }

    static Disturbances begin(
            SystemCalls calls, List<String> files, Supplier<Map<ContainerId, Moments.Running>> running, Listener listener, Duration rest) {
        Disturbances disturbances = new Disturbances(calls, files, running, listener, rest);
        if (disturbances.arm()) {
            disturbances.thread.start();
        } else {
            disturbances.release();
        }
        return disturbances;
    }

    private boolean arm() {
        if (!Files.exists(files.getFirst())) {
            LOG.log(Level.INFO, "this kernel doesn't tell how long its groups wait, so no event says who disturbs a container; start it with psi=1");
            return false;
        }
        try {
            for (Path file : files) {
                Fd trigger = calls.open(file.toString(), LinuxHeader.O_RDWR, 0);
                triggers.add(trigger);
                calls.write(trigger, TRIGGER);
            }
            return true;
        } catch (SyscallFailure e) {
            LOG.log(Level.WARNING, "no event says who disturbs a container: the kernel takes no trigger for " + files.get(triggers.size() - 1), e);
            return false;
        }
    }

    private void run() {
        try {
            List<Fd> fired = calls.awaitChanges(triggers, end.ours());
            // a group that is gone fires for ever
            while (!fired.isEmpty() && Files.exists(files.getFirst())) {
                look(fired.stream().map(trigger -> Awaited.values()[triggers.indexOf(trigger)]).toList());
                fired = calls.awaitChanges(triggers, end.ours());
            }
        } catch (InterruptedException e) {
            // closed while it looked
        } finally {
            release();
        }
    }

    private void release() {
        triggers.forEach(Fd::close);
        end.ours().close();
    }

    private void look(List<Awaited> resources) throws InterruptedException {
        try {
            Map<ContainerId, Moments.Running> all = running.get();
            rests.keepOnly(all.keySet());
            Set<Rests.Waiting> waiting = new HashSet<>();
            long now = System.nanoTime();
            all.forEach((id, one) -> resources.stream()
                    .map(resource -> new Rests.Waiting(id, resource))
                    .filter(each -> rests.over(each, now) && waits(one, each.resource()))
                    .forEach(waiting::add));
            tell(waiting);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "who disturbs a container can't be told now", e);
        }
    }

    private void tell(Set<Rests.Waiting> waiting) throws InterruptedException {
        Set<ContainerId> victims = waiting.stream().map(Rests.Waiting::container).collect(Collectors.toSet());
        for (PressureView view : victims.isEmpty() ? List.<PressureView>of() : moments.watch(victims, LOOK, running)) {
            for (Awaited resource : Awaited.values()) {
                Rests.Waiting looked = new Rests.Waiting(view.container(), resource);
                if (waiting.contains(looked)) {
                    rests.begin(looked, System.nanoTime());
                    Disturbance.of(resource, view).ifPresent(what -> listener.disturbed(view.container(), what));
                }
            }
        }
    }

    /** By the kernel's average of ten seconds. One that has just ended waits for nothing. */
    private static boolean waits(Moments.Running one, Awaited resource) {
        UsageFiles usage = one.files();
        String file = switch (resource) {
            case CPU -> usage.cpuPressure();
            case MEMORY -> usage.memoryPressure();
            case IO -> usage.ioPressure();
        };
        try {
            return KernelText.stall(Files.readString(Path.of(file))).some10() >= Disturbance.LEAST;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        end.theirs().close();
        thread.interrupt();
    }
}
