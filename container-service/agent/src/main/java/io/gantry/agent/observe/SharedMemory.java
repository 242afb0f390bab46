package io.gantry.agent.observe;

import io.gantry.agent.reconcile.Held;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Sees {@code /dev/shm} of running containers fill. The kernel tells nobody of that, so that it must be asked: one {@code statvfs} for each
 * container every {@link #PERIOD}, on one thread, which is a few microseconds; a start or an end does nothing more than note the container.
 */
public final class SharedMemory implements AutoCloseable {
    static final Duration PERIOD = Duration.ofSeconds(5);
    /** Of a hundred. */
    static final int NEARLY_FULL = 90;
    /** Below it there is room again. The gap keeps one that goes up and down a little from being told of each time. */
    static final int ROOM = 75;

    private static final int ALL = 100;
    private final Consumer<ContainerId> listener;
    private final InstantSource clock;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("shared-memory").daemon().factory());
    private final Map<ContainerId, Integer> running = new ConcurrentHashMap<>();
    private final Map<ContainerId, Observed.Filled> filled = new ConcurrentHashMap<>();

    /** @param listener told from any thread when it is full of a sudden, or has room again */
    public SharedMemory(Consumer<ContainerId> listener, InstantSource clock) {
        this.listener = listener;
        this.clock = clock;
    }

    public void begin() {
        timer.scheduleWithFixedDelay(this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** {@code null} while there is room; from here on it is looked at as long as it lives. */
    Observed.Filled of(Held held) {
        if (!held.alive() || held.latest().pid() == null) {
            stop(held.id());
            return null;
        }
        Integer before = running.put(held.id(), held.latest().pid());
        if (!held.latest().pid().equals(before)) {
            filled.remove(held.id()); // another run begins with an empty one
        }
        return filled.get(held.id());
    }

    void stop(ContainerId id) {
        running.remove(id);
        filled.remove(id);
    }

    void look() {
        running.forEach((id, pid) -> {
            File mount = new File("/proc/" + pid + "/root/dev/shm");
            long size = mount.getTotalSpace();
            if (size > 0) { // otherwise it has just ended
                look(id, size - mount.getUsableSpace(), size);
            }
        });
        filled.keySet().retainAll(running.keySet());
    }

    private void look(ContainerId id, long used, long size) {
        Observed.Filled before = filled.get(id);
        Observed.Filled now = judge(before, used, size, clock.instant());
        if (Objects.equals(before, now)) {
            return;
        }
        if (now == null) {
            filled.remove(id);
        } else {
            filled.put(id, now);
        }
        listener.accept(id);
    }

    /** Told once when it fills, with what it was then, and once when there is room again. */
    static Observed.Filled judge(Observed.Filled before, long used, long size, Instant now) {
        boolean full = used * ALL >= size * NEARLY_FULL;
        boolean room = used * ALL < size * ROOM;
        if (before != null) {
            return room ? null : before;
        }
        return full ? new Observed.Filled(new Bytes(used), new Bytes(size), now) : null;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
