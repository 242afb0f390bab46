package io.gantry.agent.execute;

import io.gantry.agent.plan.Parking;
import io.gantry.agent.plan.Slot;
import io.gantry.agent.plan.Step;
import io.gantry.kernel.syscall.SyscallFailure;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Keeps parked processes ready. One thread makes them, one at a time and only a while after the last start: whoever waits for a container
 * finds the processor free, in the services, too. Under a steady load, when few are left, they are made between two starts, and the
 * containers that find none do the same work themselves.
 */
final class ParkingLot implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ParkingLot.class.getName());

    /** After one could not be made: what is missing may come back. */
    private static final long PAUSE_MILLIS = 5000;

    /** So long after a start somebody may still be waiting for its news. */
    private static final long QUIET_MILLIS = 100;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private final PlanExecutor executor;
    private final Slots slots;
    private final RuntimeSettings settings;
    private final ContainerFolders folders;
    private final boolean procView;
    private final Deque<Parked> ready = new ArrayDeque<>();
    private Thread maker;
    private int starts;
    private long quietFrom = System.nanoTime();
    private boolean closed;
    private String trouble = "";

    /** @param procView see {@link io.gantry.agent.plan.HostFacts} */
    ParkingLot(PlanExecutor executor, Slots slots, RuntimeSettings settings, ContainerFolders folders, boolean procView) {
        this.procView = procView;
        this.executor = executor;
        this.slots = slots;
        this.settings = settings;
        this.folders = folders;
    }

    /** From here on as many as the settings say are kept ready. */
    synchronized void open() {
        if (maker == null && settings.parked() > 0 && !closed) {
            maker = Thread.ofPlatform().daemon().name("park").start(this::fill);
        }
    }

    /** One that waits, if there is any; a start is under way until {@link #started}. */
    Optional<Parked> take() {
        List<Parked> useless = new ArrayList<>();
        Optional<Parked> found = Optional.empty();
        synchronized (this) {
            starts++;
            while (found.isEmpty() && !ready.isEmpty()) {
                Parked next = ready.removeFirst();
                if (next.waits()) {
                    found = Optional.of(next);
                } else {
                    useless.add(next);
                }
            }
        }
        useless.forEach(this::dismiss);
        return found;
    }

    synchronized void started() {
        starts--;
        quietFrom = System.nanoTime() + QUIET_MILLIS * NANOS_PER_MILLI;
        notifyAll();
    }

    /** It wasn't used. */
    void giveBack(Parked parked) {
        synchronized (this) {
            if (!closed) {
                ready.addFirst(parked);
                return;
            }
        }
        dismiss(parked);
    }

    /** Gives up one for its slot. */
    Optional<Integer> yieldSlot() {
        Parked last;
        synchronized (this) {
            last = ready.pollLast();
        }
        if (last == null) {
            return Optional.empty();
        }
        discard(last);
        return Optional.of(last.slot());
    }

    /** Waits until as many are ready as the settings say; false when the time is over. */
    synchronized boolean awaitFull(long millis) {
        long deadline = System.nanoTime() + millis * NANOS_PER_MILLI;
        while (!closed && ready.size() < settings.parked()) {
            long left = (deadline - System.nanoTime()) / NANOS_PER_MILLI;
            if (left <= 0) {
                return false;
            }
            await(left);
        }
        return !closed;
    }

    private void fill() {
        while (awaitTurn()) {
            try {
                int slot = slots.take();
                add(make(slot));
            } catch (IllegalStateException | StepFailure | SyscallFailure | UncheckedIOException e) {
                tell(e);
                pause();
            }
        }
    }

    private Parked make(int slot) throws StepFailure {
        boolean made = false;
        try {
            String name = ContainerRecord.slotName(slot);
            List<Step> steps = Parking.steps(new Slot(name, settings.range(slot)), folders.places().toString(), folders.names(name).toString(), settings.cgroups(), procView);
            folders.spares(name).make();
            Parked parked = executor.park(slot, steps);
            made = true;
            return parked;
        } finally {
            if (!made) {
                slots.free(slot);
            }
        }
    }

    private void add(Parked parked) {
        synchronized (this) {
            trouble = "";
            if (!closed) {
                ready.addLast(parked);
                notifyAll();
                return;
            }
        }
        dismiss(parked);
    }

    private synchronized boolean awaitTurn() {
        while (!closed && (starts > 0 || ready.size() >= settings.parked() || busy())) {
            await(starts > 0 || ready.size() >= settings.parked() ? 0 : QUIET_MILLIS);
        }
        return !closed;
    }

    private boolean busy() {
        return System.nanoTime() - quietFrom < 0 && ready.size() > settings.parked() / 4;
    }

    private synchronized void pause() {
        if (!closed) {
            await(PAUSE_MILLIS);
        }
    }

    private void await(long millis) {
        try {
            wait(millis);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    private void tell(Exception e) {
        String message = String.valueOf(e.getMessage());
        if (!message.equals(trouble)) {
            trouble = message;
            LOG.log(Level.WARNING, "no process could be parked, starts take longer: {0}", message);
        }
    }

    private void dismiss(Parked parked) {
        discard(parked);
        slots.free(parked.slot());
    }

    /** Undoes it; its slot is the caller's to free. */
    static void discard(Parked parked) {
        try {
            parked.close();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "slot " + parked.slot(), e);
        }
    }

    @Override
    public void close() {
        Thread last;
        synchronized (this) {
            closed = true;
            last = maker;
            notifyAll();
        }
        if (last != null) {
            awaitEnd(last);
        }
        while (!ready.isEmpty()) {
            dismiss(ready.removeFirst());
        }
    }

    private static void awaitEnd(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
