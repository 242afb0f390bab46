package io.gantry.agent.reconcile;

import io.gantry.agent.image.Layer;
import io.gantry.agent.image.LayerStore;
import io.gantry.agent.kept.FileSource;
import io.gantry.agent.network.HostNetwork;
import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.CallOff;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Recovered;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.agent.runtime.Unready;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.HealthCheck;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.Observed;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The node's one thread of decisions. Whatever happens comes to it as an event; it updates what is desired and what is held, asks the pure
 * {@link Reconciler} about each container concerned and hands the work to that container's worker. Nothing waits in it.
 */
public final class NodeReconciler implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(NodeReconciler.class);
    private static final Duration LATER = Duration.ofSeconds(2);
    private static final KeptFiles NO_FILES = new KeptFiles(List.of());
    private static final Duration NETWORK_PERIOD = Duration.ofSeconds(30);

    private final ContainerRuntime runtime;
    private final LayerStore layers;
    private final HostNetwork network;
    private final Journal journal;
    private final Clock clock;
    private final ContainerListener listener;
    private final HeldContainers held;
    private final DecidingThread decisions = new DecidingThread("reconciler");
    private final Workers workers = new Workers("container");
    private final NetworkRounds rounds;
    private final Freezing freezing;
    private final LogLimits logs;
    private final FileSource files;
    private final FileUpdates renewals;
    private final Map<ContainerId, Ready> fetched = new HashMap<>();
    private final Set<ContainerId> fetching = new HashSet<>();
    private final Map<ContainerId, CallOff> starts = new HashMap<>();
    private final Map<ContainerId, Long> updating = new HashMap<>();
    private final Map<ContainerId, Exit> earlyExits = new HashMap<>();
    private Map<ContainerId, Attachment> attachments = Map.of();
    private volatile DesiredView view = DesiredView.NOTHING;

    public NodeReconciler(
            ContainerRuntime runtime,
            LayerStore layers,
            FileSource files,
            HostNetwork network,
            Journal journal,
            Clock clock,
            ContainerListener listener) {
        this(runtime, layers, files, network, journal, clock, listener, NETWORK_PERIOD);
    }

    /** @param networkPeriod after which the networks are looked at though nothing has changed */
    NodeReconciler(
            ContainerRuntime runtime,
            LayerStore layers,
            FileSource files,
            HostNetwork network,
            Journal journal,
            Clock clock,
            ContainerListener listener,
            Duration networkPeriod) {
        this.files = files;
        this.runtime = runtime;
        this.layers = layers;
        this.network = network;
        this.journal = journal;
        this.clock = clock;
        this.listener = listener;
        this.held = new HeldContainers(journal, one -> listener.changed(one, view.container(one.id())));
        this.freezing = new Freezing(runtime, workers, decisions, held, this::reconcile);
        this.logs = new LogLimits(runtime, workers);
        this.renewals = new FileUpdates(runtime, files, workers, decisions, this::reconcile);
        this.rounds = new NetworkRounds(network, () -> view, new NetworkOutcome(), networkPeriod);
    }

    /** Takes up what an earlier agent left: its memory on disk and the containers that still run. */
    public void start(Journal.Desire desire, Map<ContainerId, Held> remembered) {
        runtime.onExit((id, run, exit) -> decisions.post(() -> exited(id, run, exit)));
        held.take(remembered);
        view = DesiredView.remembered(desire.epoch(), desire.records());
        Set<ContainerId> found = new HashSet<>();
        for (Recovered one : runtime.recover()) {
            found.add(one.id());
            held.keep(Rejoining.met(held.find(one.id()).orElseGet(() -> Held.of(one.id())), one, pace(one.id())));
        }
        for (Held one : held.all()) {
            if (!found.contains(one.id())) {
                held.put(Rejoining.missed(one, clock.instant(), pace(one.id())));
            }
        }
        decisions.post(() -> {
            // what ended while nobody looked is news
            held.tellAll();
            rounds.begin();
            reconcileAll();
        });
        decisions.start();
    }

    public void snapshot(long epoch, long generation, List<DesiredRecord> records) {
        decisions.post(() -> {
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
                held.tellAll();
            }
        });
    }

    public void change(long generation, DesiredRecord record) {
        decisions.post(() -> {
            DesiredView next = view.with(generation, record);
            if (next == view) {
                return;
            }
            view = next;
            rememberView();
            if (record.key().kind().equals("container")) {
                ContainerId id = new ContainerId(record.key().id());
                reconcile(id);
                // whether it starts again depends on what it shall be, too
                held.find(id).ifPresent(held::tell);
            } else if (!record.key().kind().equals("volume")) {
                if (record.body() instanceof Desired.Endpoint endpoint) {
                    network.early(endpoint).ifPresent(attachment -> attach(endpoint.container(), attachment));
                }
                rounds.begin();
            }
        });
    }

    /** What is held of a container now; answered on the deciding thread. */
    public void look(ContainerId id, Consumer<Optional<Held>> answer) {
        decisions.post(() -> answer.accept(held.find(id)));
    }

    /** Has the listener told of the container again, since something beside {@link Held} has changed. */
    public void tellAgain(ContainerId id) {
        decisions.post(() -> held.find(id).ifPresent(held::tell));
    }

    /** Its health check has given up the attempt to run it. */
    public void unhealthy(ContainerId id, long attempt) {
        decisions.post(() -> {
            Held one = held.get(id);
            boolean acts = view.container(id)
                    .flatMap(wanted -> HealthCheck.effective(wanted.spec().health(), wanted.image().config().health()))
                    .map(check -> check.onUnhealthy() != HealthCheck.OnUnhealthy.NONE)
                    .orElse(false);
            if (acts && one != null && one.attempt() == attempt && one.stage() == Held.Stage.RUNNING) {
                LOG.warnf("%s is unhealthy and is made to end", id.shortForm());
                held.put(one.givenUp());
                reconcile(id);
            }
        });
    }

    private RestartPolicy.BackOff pace(ContainerId id) {
        return view.container(id).map(wanted -> wanted.spec().restart().backOff()).orElse(RestartPolicy.BackOff.USUAL);
    }

    private Duration grace(ContainerId id) {
        return view.container(id).map(Desired.Container::grace).orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        decisions.close();
        workers.close();
        rounds.close();
    }

    private void reconcileAll() {
        Set<ContainerId> all = new HashSet<>(held.ids());
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
            held.put(one);
        }
        logs.keep(one, wanted);
        renewals.keep(one, wanted);
        boolean connected = wanted.isPresent()
                && (!wanted.get().spec().addressed() || attachments.containsKey(id));
        Action action = Reconciler.decide(
                wanted, view.complete(), one, ready(id, wanted), connected, clock.instant());
        act(id, one, action);
    }

    /** Its layers are here, and its files as they were when this {@code files} was desired. */
    private record Ready(List<Layer> layers, KeptFiles files, long number) {}

    private boolean ready(ContainerId id, Optional<Desired.Container> wanted) {
        Ready ready = fetched.get(id);
        return ready != null && (ready.files().items().isEmpty() || wanted.map(container -> container.files() == ready.number()).orElse(true));
    }

    private void act(ContainerId id, Held one, Action action) {
        switch (action) {
            case Action.Nothing _ -> {}
            case Action.WaitUntil(var at) -> decisions.postAt(clock, at, () -> reconcile(id));
            case Action.Fetch(var container) -> fetch(container);
            case Action.BeReady _ -> held.put(one.created());
            case Action.Start(var container, var run, var restarts) -> start(container, one.starting(run, restarts));
            case Action.StopOnceStarted _ -> {
                held.put(one.toStop(clock.instant()));
                reconcile(id);
            }
            case Action.CallOff _ -> Optional.ofNullable(starts.get(id)).ifPresent(CallOff::callOff);
            case Action.Signal(var number, var name) -> {
                held.put(one.signalled(number));
                workers.submit(id, () -> runtime.signal(id, name));
                reconcile(id);
            }
            case Action.SkipSignal(var number) -> {
                held.put(one.signalled(number));
                reconcile(id);
            }
            case Action.Update(var container) -> update(container);
            case Action.Pause _ -> freezing.freeze(one, true);
            case Action.Unpause _ -> freezing.freeze(one, false);
            case Action.Stop(var signal) -> {
                boolean still = one.stage() == Held.Stage.PAUSED || freezing.isAt(id);
                held.put(one.stopping(clock.instant(), signal, grace(id)));
                workers.submit(id, () -> {
                    runtime.signal(id, signal);
                    if (still) {
                        // what is held still hears nothing
                        runtime.unpause(id);
                    }
                });
                reconcile(id);
            }
            case Action.Kill _ -> {
                held.put(one.beingKilled(clock.instant()));
                workers.submit(id, () -> kill(id, one.attempt()));
            }
            case Action.Remove _ -> {
                held.put(one.removing());
                workers.submit(id, () -> remove(id));
            }
            case Action.ReportRemoved _ -> {
                held.tell(one);
                forget(id);
            }
        }
    }

    private void update(Desired.Container container) {
        ContainerId id = container.id();
        if (Objects.equals(updating.put(id, container.update()), container.update())) {
            return; // a worker is at it
        }
        workers.submit(id, () -> {
            Optional<Observed.Failure> refusal = updated(container);
            decisions.post(() -> updated(id, container.update(), refusal.orElse(null)));
        });
    }

    private Optional<Observed.Failure> updated(Desired.Container container) {
        try {
            return runtime.update(container);
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s could not be updated", container.name());
            return Optional.of(new Observed.Failure("update", 0, String.valueOf(e.getMessage()), "see the agent's log"));
        }
    }

    private void updated(ContainerId id, long number, Observed.Failure refusal) {
        updating.remove(id, number);
        Held one = held.get(id);
        if (one != null && one.alive()) {
            held.put(one.updated(number, refusal));
            reconcile(id);
        }
    }

    private void fetch(Desired.Container container) {
        ContainerId id = container.id();
        if (!fetching.add(id)) {
            return;
        }
        Held before = held.get(id);
        if (before.stage() != Held.Stage.PREPARING && !before.alive() && !before.waits()) {
            held.put(before.preparing());
        }
        CompletionStage<KeptFiles> contents = container.spec().kept().isEmpty() ? CompletableFuture.completedFuture(NO_FILES) : files.fetch(id);
        layers.ensure(container.image()).thenCombine(contents, (image, kept) -> new Ready(image, kept, container.files())).whenComplete((all, failure) -> decisions.post(() -> {
            fetching.remove(id);
            if (failure == null) {
                fetched.put(id, all);
            } else if (held.has(id) && !held.get(id).busy() && !held.get(id).alive()) {
                held.put(unfetched(held.get(id), container, failure));
            }
            reconcile(id);
        }));
    }

    private Held unfetched(Held one, Desired.Container container, Throwable failure) {
        Observed.Failure why = reason(failure);
        if (cause(failure) instanceof Unready unready && unready.sourceAway()) {
            // once with each outage; who wants to know more asks for the container
            LOG.logf(one.waits() ? Logger.Level.DEBUG : Logger.Level.WARN, "what %s needs is to come: %s", container.name(), why.detail());
            return one.waiting(container.run(), why, clock.instant());
        }
        LOG.warnf(failure, "what %s needs is not here", container.name());
        return one.unprepared(container.run(), why, clock.instant(), container.spec().restart().backOff());
    }

    private void start(Desired.Container container, Held starting) {
        ContainerId id = container.id();
        held.put(starting);
        Optional<Attachment> attachment = Optional.ofNullable(attachments.get(id));
        Ready ready = fetched.get(id);
        RunRequest request = new RunRequest(container, starting.run(), ready.layers(), attachment, ready.files());
        if (!ready.files().items().isEmpty()) {
            // the next start asks again: they may be others then, and stay in memory no longer than they must
            fetched.remove(id);
        }
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
                decisions.post(() -> started(id, running));
            } catch (StartFailure e) {
                LOG.warnf("%s could not be started: %s", container.name(), e.getMessage());
                decisions.post(() -> failed(id, e.failure()));
            } catch (RuntimeException | Error e) {
                LOG.errorf(e, "%s could not be started", container.name());
                decisions.post(() -> failed(id, new Observed.Failure("start", 0, String.valueOf(e.getMessage()), "see the agent's log")));
            }
        });
    }

    private void started(ContainerId id, Running running) {
        starts.remove(id);
        held.put(held.get(id).running(running));
        Exit early = earlyExits.remove(id);
        if (early != null) {
            held.put(held.get(id).exited(early, pace(id)));
        }
        reconcile(id);
    }

    private void failed(ContainerId id, Observed.Failure failure) {
        starts.remove(id);
        earlyExits.remove(id);
        held.put(held.get(id).failed(failure, clock.instant(), pace(id)));
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
            held.put(one.exited(exit, pace(id)));
            reconcile(id);
        }
    }

    private void kill(ContainerId id, long attempt) {
        try {
            runtime.kill(id);
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "%s could not be killed; trying again", id.shortForm());
            decisions.postIn(LATER, () -> {
                Held now = held.get(id);
                if (now != null && now.alive() && now.attempt() == attempt) {
                    held.put(now.toKillAgain());
                    reconcile(id);
                }
            });
        }
    }

    private void remove(ContainerId id) {
        try {
            runtime.remove(id);
            decisions.post(() -> {
                held.tell(held.get(id).removed());
                forget(id);
            });
        } catch (RuntimeException | Error e) {
            LOG.errorf(e, "%s could not be removed; trying again", id.shortForm());
            decisions.post(() -> {
                // what it was before doesn't matter: nothing of it runs
                held.put(held.get(id).created());
                decisions.postIn(LATER, () -> reconcile(id));
            });
        }
    }

    private void forget(ContainerId id) {
        held.forget(id);
        fetched.remove(id);
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
            decisions.postIn(wait, what);
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
                    .filter(id -> id != null && held.has(id) && !attachments.containsKey(id))
                    .forEach(id -> waitsForNetwork(held.get(id), why));
        }
    }

    /** If the network is all that it waits for. */
    private void waitsForNetwork(Held one, Observed.Failure why) {
        Action connected = Reconciler.decide(
                view.container(one.id()), view.complete(), one, ready(one.id(), view.container(one.id())), true, clock.instant());
        if (connected instanceof Action.Start start && (start.run() > one.run() || one.waits())) {
            held.put(one.waiting(start.run(), why, clock.instant()));
        }
    }

    private static Observed.Failure reason(Throwable failure) {
        return cause(failure) instanceof Unready unready
                ? unready.failure()
                : new Observed.Failure("image", 0, String.valueOf(cause(failure).getMessage()), "see the agent's log");
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
