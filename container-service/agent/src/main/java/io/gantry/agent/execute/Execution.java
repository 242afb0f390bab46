package io.gantry.agent.execute;

import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.Identity;
import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.LauncherStep;
import io.gantry.agent.plan.Plan;
import io.gantry.agent.runtime.CallOff;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What one run of a plan holds in its hands: descriptors by handle, the launcher, and how to undo what was done. It may have begun before
 * there was a plan, see {@link Parked}.
 */
final class Execution implements AutoCloseable {
    static final int SIGKILL = 9;
    private final SystemCalls calls;
    private final Fd program;
    private final Duration patience;
    private final Map<Handle, Fd> handles = new HashMap<>();
    private final Map<Handle, Fd> kept = new HashMap<>();
    private final Deque<Runnable> closings = new ArrayDeque<>();
    private final Deque<Runnable> undos = new ArrayDeque<>();
    private Plan plan = new Plan(List.of());
    private CallOff callOff = new CallOff();
    private Cables.Cable cable;
    private Fd control;
    private Fd child;
    private final List<Operations> given = new ArrayList<>();
    private int launcher;
    private int firstProcess;
    private boolean handedOver;
    private boolean late;
    private Identity identity = new Identity(0, 0, List.of(), "/");
    private Instant startedAt;

    /** @param patience for each answer of the launcher */
    Execution(SystemCalls calls, Fd program, Duration patience) {
        this.patience = patience;
        this.calls = calls;
        this.program = program;
    }

    /** What it is for, from here on. */
    void become(Plan wanted, CallOff ended) {
        plan = wanted;
        callOff = ended;
        if (launcher != 0) {
            endLauncherWhenCalledOff();
        }
    }

    Plan plan() {
        return plan;
    }

    /** The launcher's. */
    Fd program() {
        return program;
    }

    Fd own(Fd fd) {
        closings.push(fd::close);
        return fd;
    }

    void keep(Cables.Cable made) {
        closings.push(made::close);
        cable = made;
    }

    Cables.Cable cable() {
        return cable;
    }

    void keep(Handle handle, Fd fd) {
        handles.put(handle, own(fd));
        kept.put(handle, fd);
    }

    /** Of what is kept nothing is needed any more but {@code some}: who has been handed one has it for himself. */
    void keepOnly(List<Handle> some) {
        kept.forEach((handle, fd) -> {
            if (!some.contains(handle)) {
                fd.close();
            }
        });
    }

    /** Kept elsewhere; not closed with this run. */
    void borrow(Handle handle, Fd fd) {
        handles.put(handle, fd);
    }

    Fd get(Handle handle) {
        Fd fd = handles.get(handle);
        if (fd == null) {
            throw new IllegalStateException("no step before has opened " + handle);
        }
        return fd;
    }

    /** To be called before the side effect it takes back. */
    void onUndo(Runnable undo) {
        undos.push(undo);
    }

    void undoAll(Exception cause) {
        while (!undos.isEmpty()) {
            try {
                undos.pop().run();
            } catch (RuntimeException e) {
                cause.addSuppressed(e);
            }
        }
    }

    void spawn(byte[] begin, List<Fd> fds) {
        SystemCalls.Pair controls = calls.socketPair();
        control = own(controls.ours());
        try (Fd theirControl = controls.theirs()) {
            SystemCalls.Pair children = calls.socketPair();
            child = own(children.ours());
            try (Fd theirChild = children.theirs()) {
                launcher = calls.spawn(program, List.of("gantry-monitor"), List.of(theirControl, theirChild));
            }
        }
        endLauncherWhenCalledOff();
        calls.send(control, begin, fds);
    }

    /** It is our child and not reaped before passed(): the number can't be somebody else's. */
    private void endLauncherWhenCalledOff() {
        callOff.endBy(() -> calls.kill(launcher, SIGKILL));
    }

    /** To the launcher. */
    void tell(byte[] message, List<Fd> fds) {
        send(control, message, fds);
    }

    /** In vain if the first process, and the launcher with it, has failed meanwhile: that is told with the next answer. */
    private void send(Fd channel, byte[] message, List<Fd> fds) {
        try {
            calls.send(channel, message, fds);
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.EPIPE && e.errno() != Errno.ECONNRESET) {
                throw e;
            }
        }
    }

    /** Nothing is to be heard of a launcher that waits: whatever comes, its end above all, tells that it can't be used. */
    boolean waits() {
        return !calls.awaitMessage(control, 0);
    }

    /** The launcher ends by itself when both channels close before the command runs, unless it is stuck. */
    void stopLauncher(Runnable killContainer) {
        if (launcher == 0) {
            return;
        }
        callOff.passed();
        control.close();
        child.close();
        if (handedOver || late || callOff.off()) {
            killContainer.run();
            calls.kill(launcher, SIGKILL);
        }
        calls.waitFor(launcher);
    }

    Wire.Reply reply() {
        if (!calls.awaitMessage(control, (int) patience.toMillis())) {
            late = true;
            throw new Late(patience);
        }
        return answer().map(Wire.Reply::read).orElseThrow(() -> new IllegalStateException("the launcher ended without an answer"));
    }

    /** That it left without reading all is told first, and once; what it said before comes then. */
    private Optional<byte[]> answer() {
        try {
            return calls.receive(control, Wire.REPLY_BYTES);
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.ECONNRESET) {
                throw e;
            }
            return calls.receive(control, Wire.REPLY_BYTES);
        }
    }

    /** Until the first process has done all that it was told, and waits for more. */
    void awaitPrepared() {
        if (!calls.awaitMessage(child, (int) patience.toMillis())) {
            late = true;
            throw new Late(patience);
        }
        if (calls.receive(child, 1).isEmpty()) {
            throw new LauncherRefusal(reply());
        }
    }

    /** What the first process was told to do, and writes its times into. */
    private record Operations(Fd file, int size, int count) {}

    /** To the first process. */
    void send(LauncherStep.Message message) {
        handedOver |= !(message instanceof LauncherStep.Prepare);
        send(plan.sentBy(message), message.handles());
    }

    private void send(List<InsideStep> steps, List<Handle> slots) {
        byte[] encoded = new OpEncoder(slots, identity).encode(steps);
        Fd file = own(calls.memoryFile("gantry-operations", encoded, false));
        given.add(new Operations(file, encoded.length, steps.size()));
        List<Fd> fds = new ArrayList<>(List.of(file));
        slots.forEach(slot -> fds.add(get(slot)));
        send(child, Wire.proceed(steps.size(), encoded.length), fds);
    }

    /** Which of its steps the first process is at; empty before it has them, or after the last. */
    Optional<InsideStep> insideStep() {
        long[] took = insideNanos().toArray();
        return IntStream.range(0, took.length).filter(at -> took[at] == 0).mapToObj(at -> plan.inside().get(at)).findFirst();
    }

    private LongStream insideNanos() {
        return given.stream().flatMapToLong(all -> LongStream.of(OpEncoder.nanos(calls.readAt(all.file(), all.size(), 0), all.count())));
    }

    long[] insideMicros() {
        return insideNanos().map(nanos -> nanos / 1000).toArray();
    }

    /** To be called between steps. */
    void goOn() {
        if (callOff.off()) {
            throw new CalledOff();
        }
    }

    boolean calledOff() {
        return callOff.off();
    }

    void succeeded() {
        callOff.passed();
    }

    void born(int pid) {
        firstProcess = pid;
    }

    void started(Instant at) {
        startedAt = at;
    }

    void runAs(Identity found) {
        identity = found;
    }

    Identity identity() {
        return identity;
    }

    int launcher() {
        return launcher;
    }

    int firstProcess() {
        return firstProcess;
    }

    Instant startedAt() {
        return startedAt;
    }

    /** The launcher hasn't answered. */
    static final class Late extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Late(Duration patience) {
            super("it isn't done after " + patience.toMillis() + " ms");
        }
    }

    /** The container isn't wanted any more. */
    static final class CalledOff extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CalledOff() {
            super("called off: the container isn't wanted any more");
        }
    }

    @Override
    public void close() {
        closings.forEach(Runnable::run);
        closings.clear();
    }
}
