package io.gantry.agent.reconcile;

import io.gantry.agent.image.Layer;
import io.gantry.agent.image.LayerFailure;
import io.gantry.agent.image.LayerStore;
import io.gantry.agent.network.HostNetwork;
import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.CallOff;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Recovered;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.Observed;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The node's one thread of decisions. Whatever happens comes to it as an event; it updates what is desired and what is held, asks the pure
 * {@link Reconciler} about each container concerned and hands the work to that container's worker. Nothing waits in it.
 */
public final class NodeReconciler implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(NodeReconciler.class);
    private static final Duration LATER = Duration.ofSeconds(2);
    private static final Duration NETWORK_PERIOD = Duration.ofSeconds(30);

    /** Something for the thread to do, at once or later. */
    private record Event(Runnable what, long dueNanos) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(dueNanos, ((Event) other).dueNanos);
        }
    }

    private final ContainerRuntime runtime;
    private final LayerStore layers;
    private final HostNetwork network;
    private final Journal journal;
    private final Clock clock;
    private final ContainerListener listener;
    private final Workers workers = new Workers("container");
    private final NetworkRounds rounds;
    private final DelayQueue<Event> events = new DelayQueue<>();
    private final Map<ContainerId, Held> held = new HashMap<>();
    private final Map<ContainerId, List<Layer>> fetched = new HashMap<>();
    private final Set<ContainerId> fetching = new HashSet<>();
    private final Map<ContainerId, CallOff> starts = new HashMap<>();
    private final Map<ContainerId, Exit> earlyExits = new HashMap<>();
    private Map<ContainerId, Attachment> attachments = Map.of();
    private volatile DesiredView view = DesiredView.NOTHING;
    private final Thread thread = Thread.ofPlatform().name("reconciler").daemon().unstarted(this::run);
    private volatile boolean closed;

    public NodeReconciler(
            ContainerRuntime runtime,
            LayerStore layers,
            HostNetwork network,
            Journal journal,
            Clock clock,
            ContainerListener listener) {
        this(runtime, layers, network, journal, clock, listener, NETWORK_PERIOD);
    }

    /** @param networkPeriod after which the networks are looked at though nothing has changed */
    NodeReconciler(
            ContainerRuntime runtime,
            LayerStore layers,
            HostNetwork network,
            Journal journal,
            Clock clock,
            ContainerListener listener,
            Duration networkPeriod) {
        this.runtime = runtime;
        this.layers = layers;
        this.network = network;
        this.journal = journal;
        this.clock = clock;
        this.listener = listener;
        this.rounds = new NetworkRounds(network, () -> view, new NetworkOutcome(), networkPeriod);
    }

    /** Takes up what an earlier agent left: its memory on disk and the containers that still run. */
    public void start(Journal.Desire desire, Map<ContainerId, Held> remembered) {
        runtime.onExit((id, run, exit) -> post(() -> exited(id, run, exit)));
        held.putAll(remembered);
        Set<ContainerId> found = new HashSet<>();
        for (Recovered one : runtime.recover()) {
            found.add(one.id());
            recovered(one);
        }
        for (Held one : List.copyOf(held.values())) {
            if (!found.contains(one.id())) {
                put(vanished(one));
            }
        }
        view = DesiredView.remembered(desire.epoch(), desire.records());
        post(() -> {
            // what ended while nobody looked is news
            held.values().forEach(this::report);
            rounds.begin();
            reconcileAll();
        });
        thread.start();
    }

    public void snapshot(long epoch, long generation, List<DesiredRecord> records) {
        post(() -> {
            DesiredView next = view.with(epoch, generation, records);
            if (next == view) {
                LOG.warnf("ignored a snapshot of epoch %d; this node is at %d", epoch, view.epoch());
                return;
            }
            boolean raised = next.epoch() > view.epoch();
            view = next;
            rememberView();
            listener.epoch(view.epoch());
            rounds.begin();
            reconcileAll();
            if (raised) {
                held.values().forEach(this::report);
            }
        });
    }

    public void change(long generation, DesiredRecord record) {
        post(() -> {
            DesiredView next = view.with(generation, record);
            if (next == view) {
                return;
            }
            view = next;
            rememberView();
            if (record.key().kind().equals("container")) {
                reconcile(new ContainerId(record.key().id()));
            } else {
                if (record.body() instanceof Desired.Endpoint endpoint) {
                    network.early(endpoint).ifPresent(attachment -> attach(endpoint.container(), attachment));
                }
                rounds.begin();
            }
        });
    }

    /** What is held of a container now; answered on the deciding thread. */
    public void look(ContainerId id, Consumer<Optional<Held>> answer) {
        post(() -> answer.accept(Optional.ofNullable(held.get(id))));
    }

    /** Has the listener told of the container again, since something beside {@link Held} has changed. */
    public void tellAgain(ContainerId id) {
        post(() -> Optional.ofNullable(held.get(id)).ifPresent(this::report));
    }

    @Override
    public void close() {
        closed = true;
        post(() -> {});
        try {
            thread.join(LATER);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        workers.close();
        rounds.close();
    }

    private void post(Runnable what) {
        events.add(new Event(what, System.nanoTime()));
    }

    private void postAt(Instant at, Runnable what) {
        long wait = Math.max(0, Duration.between(clock.instant(), at).toNanos());
        events.add(new Event(what, System.nanoTime() + wait));
    }

    private void run() {
        while (!closed) {
            try {
                events.take().what().run();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("reconciling failed; it goes on with the next event", e);
            }
        }
    }

    private void reconcileAll() {
        Set<ContainerId> all = new HashSet<>(held.keySet());
        view.containers().forEach(container -> all.add(container.id()));
        all.forEach(this::reconcile);
    }

    private void reconcile(ContainerId id) {
        Optional<Desired.Container> wanted = view.container(id);
        Held one = held.get(id);
        if (one == null) {
            if (wanted.isEmpty()) {
                return;
            }
            one = wanted.get().life() == Desired.Life.REMOVED ? Held.of(id).removed() : Held.of(id);
            put(one);
        }
        boolean connected = wanted.isPresent()
                && (wanted.get().spec().network().equals(ContainerSpec.NO_NETWORK) || attachments.containsKey(id));
        Action action = Reconciler.decide(
                wanted, view.complete(), one, fetched.containsKey(id), connected, clock.instant());
        act(id, one, action);
    }

    private void act(ContainerId id, Held one, Action action) {
        switch (action) {
            case Action.Nothing _ -> {}
            case Action.WaitUntil(var at) -> postAt(at, () -> reconcile(id));
            case Action.Fetch(var container) -> fetch(container);
            case Action.BeReady _ -> put(one.created());
            case Action.Start(var container, var run, var restarts) -> start(container, one.starting(run, restarts));
            case Action.StopOnceStarted _ -> {
                put(one.toStop(clock.instant()));
                reconcile(id);
            }
            case Action.CallOff _ -> Optional.ofNullable(starts.get(id)).ifPresent(CallOff::callOff);
            case Action.Signal(var number, var name) -> {
                put(one.signalled(number));
                workers.submit(id, () -> runtime.signal(id, name));
                reconcile(id);
            }
            case Action.SkipSignal(var number) -> {
                put(one.signalled(number));
                reconcile(id);
            }
            case Action.Stop(var signal) -> {
                put(one.stopping(clock.instant()));
                workers.submit(id, () -> runtime.signal(id, signal));
                reconcile(id);
            }
            case Action.Kill _ -> {
                put(one.beingKilled());
                workers.submit(id, () -> runtime.kill(id));
            }
            case Action.Remove _ -> {
                put(one.removing());
                workers.submit(id, () -> remove(id));
            }
            case Action.ReportRemoved _ -> {
                report(one);
                forget(id);
            }
        }
    }

    private void fetch(Desired.Container container) {
        ContainerId id = container.id();
        if (!fetching.add(id)) {
            return;
        }
        Held before = held.get(id);
        if (before.stage() != Held.Stage.PREPARING && !before.alive() && !before.waits()) {
            put(before.preparing());
        }
        layers.ensure(container.image()).whenComplete((all, failure) -> post(() -> {
            fetching.remove(id);
            if (failure == null) {
                fetched.put(id, all);
            } else if (held.containsKey(id) && !held.get(id).busy() && !held.get(id).alive()) {
                put(unfetched(held.get(id), container, failure));
            }
            reconcile(id);
        }));
    }

    private Held unfetched(Held one, Desired.Container container, Throwable failure) {
        Observed.Failure why = reason(failure);
        if (cause(failure) instanceof LayerFailure layer && layer.sourceAway()) {
            // once with each outage; who wants to know more asks for the container
            LOG.logf(one.waits() ? Logger.Level.DEBUG : Logger.Level.WARN, "the image of %s is to come: %s", container.name(), why.detail());
            return one.waiting(container.run(), why, clock.instant());
        }
        LOG.warnf(failure, "the image of %s is not here", container.name());
        return one.unprepared(container.run(), why, clock.instant());
    }

    private void start(Desired.Container container, Held starting) {
        ContainerId id = container.id();
        put(starting);
        Optional<Attachment> attachment = Optional.ofNullable(attachments.get(id));
        RunRequest request = new RunRequest(container, starting.run(), fetched.get(id), attachment);
        CallOff callOff = new CallOff();
        starts.put(id, callOff);
        workers.submit(id, () -> {
            try {
                Optional<Observed.Failure> refusal = network.refusal(id);
                if (refusal.isPresent()) {
                    throw new StartFailure(refusal.get(), null);
                }
                attachment.ifPresent(network::letSend);
                Running running = runtime.start(request, callOff);
                post(() -> started(id, running));
            } catch (StartFailure e) {
                LOG.warnf("%s could not be started: %s", container.name(), e.getMessage());
                post(() -> failed(id, e.failure()));
            } catch (RuntimeException e) {
                LOG.errorf(e, "%s could not be started", container.name());
                post(() -> failed(id, new Observed.Failure("start", 0, String.valueOf(e.getMessage()), "see the agent's log")));
            }
        });
    }

    private void started(ContainerId id, Running running) {
        starts.remove(id);
        put(held.get(id).running(running));
        Exit early = earlyExits.remove(id);
        if (early != null) {
            put(held.get(id).exited(early));
        }
        reconcile(id);
    }

    private void failed(ContainerId id, Observed.Failure failure) {
        starts.remove(id);
        earlyExits.remove(id);
        put(held.get(id).failed(failure, clock.instant()));
        reconcile(id);
    }

    private void exited(ContainerId id, long run, Exit exit) {
        Held one = held.get(id);
        if (one == null || one.run() != run) {
            return;
        }
        if (one.stage() == Held.Stage.STARTING) {
            // it was quicker than the word that it began
            earlyExits.put(id, exit);
        } else if (one.alive()) {
            put(one.exited(exit));
            reconcile(id);
        }
    }

    private void remove(ContainerId id) {
        try {
            runtime.remove(id);
            post(() -> {
                report(held.get(id).removed());
                forget(id);
            });
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s could not be removed; trying again", id.shortForm());
            post(() -> {
                // what it was before doesn't matter: nothing of it runs
                put(held.get(id).created());
                postAt(clock.instant().plus(LATER), () -> reconcile(id));
            });
        }
    }

    private void forget(ContainerId id) {
        held.remove(id);
        fetched.remove(id);
        journal.forget(id);
        listener.gone(id);
    }

    /** Off the way of a start; only the latest is written. */
    private void rememberView() {
        DesiredView now = view;
        workers.submit("journal", () -> {
            if (now == view) {
                journal.remember(now);
            }
        });
    }

    private void attach(ContainerId container, Attachment attachment) {
        Map<ContainerId, Attachment> more = new HashMap<>(attachments);
        more.put(container, attachment);
        attachments = Map.copyOf(more);
        reconcile(container);
    }

    private final class NetworkOutcome implements NetworkRounds.Outcome {
        @Override
        public void later(Duration wait, Runnable what) {
            events.add(new Event(what, System.nanoTime() + wait.toNanos()));
        }

        @Override
        public void applied(Map<ContainerId, Attachment> found) {
            attachments = found;
            reconcileAll();
        }

        @Override
        public void failed(Observed.Failure why) {
            view.all(Desired.Endpoint.class).stream()
                    .map(Desired.Endpoint::container)
                    .filter(id -> id != null && held.containsKey(id) && !attachments.containsKey(id))
                    .forEach(id -> waitsForNetwork(held.get(id), why));
        }
    }

    /** If the network is all that it waits for. */
    private void waitsForNetwork(Held one, Observed.Failure why) {
        Action connected = Reconciler.decide(
                view.container(one.id()), view.complete(), one, fetched.containsKey(one.id()), true, clock.instant());
        if (connected instanceof Action.Start start && (start.run() > one.run() || one.waits())) {
            put(one.waiting(start.run(), why, clock.instant()));
        }
    }

    private void recovered(Recovered one) {
        Held before = held.getOrDefault(one.id(), Held.of(one.id()));
        Held now = before.alive() && before.run() == one.run()
                ? before
                : before.starting(one.run(), before.run() == one.run() ? before.restarts() : 0);
        if (!now.alive() || now.pid() == null || now.pid() != one.pid() && one.exit().isEmpty()) {
            now = now.running(new Running(one.id(), one.run(), one.pid(), one.startedAt()));
        }
        held.put(one.id(), one.exit().map(now::exited).orElse(now));
        remember(held.get(one.id()));
    }

    /** Its monitor is gone: the host was restarted, or the start had not come so far. */
    private Held vanished(Held one) {
        return switch (one.stage()) {
            case RUNNING, STOPPING -> one.exited(new Exit(137, Observed.ExitReason.SIGNALLED, clock.instant()));
            case STARTING -> one.failed(
                    new Observed.Failure("start", 0, "the agent ended while it started the container", "start it again"),
                    clock.instant());
            case REMOVING -> one.created();
            case PREPARING, CREATED, EXITED, FAILED, REMOVED -> one;
        };
    }

    /** What can't be written is done and told nevertheless: a restarted agent finds out from the kernel, or starts again what it missed. */
    private void remember(Held one) {
        try {
            journal.remember(one);
        } catch (UncheckedIOException e) {
            LOG.errorf(e, "what was done with %s could not be written down; is the disk of the agent's data folder full?", one.id().shortForm());
        }
    }

    private void put(Held next) {
        held.put(next.id(), next);
        remember(next);
        report(next);
    }

    private void report(Held one) {
        listener.changed(one, view.container(one.id()));
    }

    private static Observed.Failure reason(Throwable failure) {
        return cause(failure) instanceof LayerFailure layer
                ? layer.failure()
                : new Observed.Failure("image", 0, String.valueOf(cause(failure).getMessage()), "see the agent's log");
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
