package io.gantry.agent.reconcile;

import io.gantry.agent.image.FetchedLayers;
import io.gantry.agent.image.LayerStore;
import io.gantry.agent.kept.FileSource;
import io.gantry.agent.network.HostNetwork;
import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.agent.runtime.Recovered;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.HealthCheck;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.unit.Digest;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The node's one thread of decisions. Whatever happens comes to it as an event; it updates what is desired and what is held, asks the pure
 * {@link Reconciler} about each container concerned and hands the work to that container's worker. Nothing waits in it.
 */
public final class NodeReconciler implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(NodeReconciler.class);
    /** Kinds that neither a container nor a network is concerned with. */
    private static final Set<String> OF_OTHERS = Set.of("volume", "prefetch");
    private static final Duration NETWORK_PERIOD = Duration.ofSeconds(30);

    private final ContainerRuntime runtime;
    private final HostNetwork network;
    private final Journal journal;
    private final ContainerListener listener;
    private final HeldContainers held;
    private final DecidingThread decisions = new DecidingThread("reconciler");
    private final Workers workers = new Workers("container");
    private final Deciding deciding;
    private final Preparations preparations;
    private final Connections connections;
    private final NetworkRounds rounds;
    private final Attempts attempts;
    private final Endings endings;
    private final Freezing freezing;
    private final LimitUpdates updates;
    private final LogLimits logs;
    private final FileUpdates renewals;
    private final Rewirings rewirings;
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
        this.runtime = runtime;
        this.network = network;
        this.journal = journal;
        this.listener = listener;
        held = new HeldContainers(journal, one -> listener.changed(one, view.container(one.id())));
        deciding = new Deciding(decisions, held, () -> view, clock, this::reconcile);
        preparations = new Preparations(layers, files, deciding);
        connections = new Connections(deciding, preparations);
        rounds = new NetworkRounds(network, deciding.desire(), connections, networkPeriod);
        attempts = new Attempts(runtime, network, workers, deciding);
        endings = new Endings(runtime, workers, deciding, this::gone);
        freezing = new Freezing(runtime, workers, deciding);
        updates = new LimitUpdates(runtime, workers, deciding);
        logs = new LogLimits(runtime, workers);
        renewals = new FileUpdates(runtime, files, workers, deciding);
        rewirings = new Rewirings(runtime, network, connections, workers, deciding);
    }

    /** Takes up what an earlier agent left: its memory on disk and the containers that still run. */
    public void start(Journal.Desire desire, Map<ContainerId, Held> remembered) {
        runtime.onExit((id, run, exit) -> decisions.post(() -> attempts.ended(id, run, exit)));
        held.take(remembered);
        view = DesiredView.remembered(desire.epoch(), desire.records());
        Set<ContainerId> found = new HashSet<>();
        for (Recovered one : runtime.recover()) {
            found.add(one.id());
            held.keep(Rejoining.met(held.find(one.id()).orElseGet(() -> Held.of(one.id())), one, view.pace(one.id())));
        }
        for (Held one : held.all()) {
            if (!found.contains(one.id())) {
                held.put(Rejoining.missed(one, deciding.now(), view.pace(one.id())));
            }
        }
        decisions.post(() -> {
            // what ended while nobody looked is news
            held.tellAll();
            rounds.begin();
            deciding.aboutAll();
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
            written(() -> journal.remember(next.epoch(), next.records().values()));
            listener.epoch(view.epoch());
            rounds.begin();
            deciding.aboutAll();
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
            if (record.key().kind().equals("container")) {
                ContainerId id = new ContainerId(record.key().id());
                reconcile(id);
                if (record.body() instanceof Desired.Container container && !container.spec().dns().servers().isEmpty()) {
                    rounds.begin(); // who is asked for its names
                }
                // whether it starts again depends on what it shall be, too
                held.find(id).ifPresent(held::tell);
            } else if (!OF_OTHERS.contains(record.key().kind())) {
                round(record.body());
            }
            // last: what has begun by now doesn't wait for it
            written(() -> journal.remember(record));
        });
    }

    /** A container that can be plugged in as its networks are is, and until it is ready nobody asks the networks for more. */
    private void round(Desired change) {
        if (change instanceof Desired.Endpoint endpoint) {
            Optional<Attachment> early = network.early(endpoint);
            early.ifPresent(attachment -> connections.early(endpoint.container(), attachment));
            if (early.isPresent() && !endpoint.ready()) {
                rounds.beginBehind();
                return;
            }
        }
        rounds.begin();
    }

    /** What is held of a container now; answered on the deciding thread. */
    public void look(ContainerId id, Consumer<Optional<Held>> answer) {
        decisions.post(() -> answer.accept(held.find(id)));
    }

    /**
     * The layers of all containers that are here or shall be, and of images that are fetched ahead; answered on the deciding thread, but not as long as a container is here that nobody speaks of any more, whose
     * layers aren't known.
     */
    public void layersNeeded(Consumer<Set<Digest>> answer) {
        decisions.post(() -> {
            Set<ContainerId> unknown = new HashSet<>(held.ids());
            Set<Digest> needed = new HashSet<>();
            for (Desired.Container container : view.containers()) {
                boolean here = unknown.remove(container.id());
                if (here || container.life() != Desired.Life.REMOVED) {
                    needed.addAll(FetchedLayers.names(container.image()));
                }
            }
            view.all(Desired.Prefetch.class).forEach(ahead -> needed.addAll(FetchedLayers.names(ahead.image())));
            if (unknown.isEmpty()) {
                answer.accept(needed);
            }
        });
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
            if (acts && one != null && one.latest().number() == attempt && one.stage() == Held.Stage.RUNNING) {
                LOG.warnf("%s is unhealthy and is made to end", id.shortForm());
                deciding.become(one.givenUp());
            }
        });
    }

    @Override
    public void close() {
        decisions.close();
        workers.close();
        rounds.close();
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
        rewirings.keep(one, wanted);
        boolean connected = wanted.map(connections::serve).orElse(false);
        act(one, Reconciler.decide(wanted, view.complete(), one, preparations.done(id, wanted), connected, deciding.now()));
    }

    private void act(Held one, Action action) {
        ContainerId id = one.id();
        switch (action) {
            case Action.Nothing _ -> {}
            case Action.WaitUntil(var at) -> decisions.postAt(deciding.clock(), at, () -> reconcile(id));
            case Action.Fetch(var container) -> preparations.fetch(container);
            case Action.BeReady _ -> held.put(one.created());
            case Action.Start(var container, var run, var restarts) -> {
                List<Attachment> networks = connections.of(container);
                rewirings.starts(id);
                held.put(one.starting(run, restarts).plugged(Rewirings.endpoints(networks)));
                Preparations.Ready ready = preparations.use(id);
                attempts.begin(new RunRequest(container, run, ready.layers(), networks, ready.files()));
            }
            case Action.StopOnceStarted _ -> deciding.become(one.toStop(deciding.now()));
            case Action.CallOff _ -> attempts.callOff(id);
            case Action.Signal(var number, var name) -> {
                held.put(one.signalled(number));
                workers.submit(id, () -> runtime.signal(id, name));
                reconcile(id);
            }
            case Action.SkipSignal(var number) -> deciding.become(one.signalled(number));
            case Action.Update(var container) -> updates.update(container);
            case Action.Pause _ -> freezing.freeze(one, true);
            case Action.Unpause _ -> freezing.freeze(one, false);
            case Action.Stop(var signal) -> {
                boolean still = one.stage() == Held.Stage.PAUSED || freezing.isAt(id);
                endings.stop(one.stopping(deciding.now(), signal, view.grace(id)), signal, still);
            }
            case Action.Kill _ -> endings.kill(one);
            case Action.Remove _ -> endings.remove(one);
            case Action.ReportRemoved _ -> endings.removed(one);
        }
    }

    private void gone(ContainerId id) {
        preparations.forget(id);
        listener.gone(id);
    }

    /** What can't be written down is done nevertheless: a restarted agent hears it again. */
    private static void written(Runnable writing) {
        try {
            writing.run();
        } catch (UncheckedIOException e) {
            LOG.errorf(e, "what is desired here could not be written down; is the disk of the agent's data folder full?");
        }
    }
}
