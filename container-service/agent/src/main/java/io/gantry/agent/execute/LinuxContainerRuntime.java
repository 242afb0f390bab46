package io.gantry.agent.execute;

import io.gantry.agent.api.ClientSockets;
import io.gantry.agent.image.Layer;
import io.gantry.agent.isolation.IsolationReport;
import io.gantry.agent.measure.Disturbances;
import io.gantry.agent.plan.HostDevice;
import io.gantry.agent.runtime.ApiSockets;
import io.gantry.agent.runtime.AttachSession;
import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.CallOff;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.contracts.view.Explanation;
import io.gantry.agent.runtime.Recovered;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.LogPolicy;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.SignalName;
import io.gantry.contracts.view.ContainerProcess;
import io.gantry.contracts.view.ContainerStats;
import io.gantry.contracts.view.IsolationView;
import io.gantry.contracts.view.PressureView;
import io.gantry.kernel.overlay.OverlayMounts;
import io.gantry.kernel.probe.KernelReport;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Containers by namespaces, cgroups, overlay and the launcher. */
public final class LinuxContainerRuntime implements ContainerRuntime, AutoCloseable {
    private final RuntimeSettings settings;
    private final ContainerFolders folders;
    private final SystemCalls calls;
    private final Fd program;
    private final OwnerMaps owners;
    private final NetlinkCables cables;
    private final ContainerRecords records;
    private final Leftovers leftovers;
    private final Watch watch;
    private final LiveFigures figures;
    private final InsideDial inside;
    private final LiveLimits limits;
    private final ContainerTrees trees;
    private final AttachSessions clients;
    private final IsolationViews isolation;
    private final PlanInputs inputs;
    private final ParkingLot parking;
    private final Starts starts;
    private final Following following;
    private final Sessions sessions;
    private final FileRenewal renewal;
    private final Rewiring rewiring;
    private final Explanations explanations;
    private final Recovery recovery;
    private final Rest rest;
    private final RunSockets sockets;
    private final Rubbish rubbish;

    public LinuxContainerRuntime(RuntimeSettings settings) {
        this(settings, KernelReport.COMPLETE);
    }

    /** @param kernel what is known to be missing, for hints and to go without it where that can be */
    public LinuxContainerRuntime(RuntimeSettings settings, KernelReport kernel) {
        this(settings, kernel, Means.usual());
    }

    /** @param sockets to the platform's API; closed with itself */
    public LinuxContainerRuntime(RuntimeSettings settings, KernelReport kernel, ApiSockets sockets) {
        this(settings, kernel, Means.usual().answering(sockets));
    }

    /** @param means whose program it closes with itself */
    LinuxContainerRuntime(RuntimeSettings settings, KernelReport kernel, Means means) {
        this.settings = settings;
        calls = means.calls();
        sockets = new RunSockets(means.sockets(), new ClientSockets());
        program = means.program();
        folders = new ContainerFolders(settings.data(), settings.run());
        folders.make(calls);
        rubbish = new Rubbish(folders.rubbish());
        records = new ContainerRecords(folders);
        Slots slots = new Slots(settings.ranges());
        CoreBounds cores = new CoreBounds(calls, settings.cgroups());
        owners = new OwnerMaps(calls, program);
        cables = new NetlinkCables(calls);
        OverlayMounts overlays = new OverlayMounts(calls, Substitutes.layers(kernel), Substitutes.source(kernel));
        PlanExecutor executor = new PlanExecutor(calls, program, owners, cables, overlays, sockets, means.patience());
        leftovers = new Leftovers(calls, settings.cgroups(), folders, rubbish);
        watch = new Watch(calls, records, leftovers, slots, cores, cables);
        clients = new AttachSessions(folders, watch);
        trees = new ContainerTrees(calls, folders, overlays, watch, settings);
        figures = new LiveFigures(watch, settings);
        inside = new InsideDial(watch);
        limits = new LiveLimits(calls, settings.cgroups(), cables, cores, watch, leftovers);
        List<HostDevice> devices = HostDevices.of(settings.grants().devices());
        inputs = new PlanInputs(settings, folders, calls, devices);
        isolation = new IsolationViews(new IsolationReport(settings.cgroups(), cables::fault), watch, inputs, cores);
        parking = new ParkingLot(executor, slots, settings, folders, Substitutes.procView(kernel));
        explanations = new Explanations(folders, new Scripts(settings, folders));
        starts = new Starts(
                folders, records, slots, new Lenders(folders, watch, slots), cores, parking, inputs, executor, means, clients, kernel, HostBoot.current());
        following = new Following(calls, folders, watch, leftovers, inputs, explanations);
        sessions = new Sessions(folders, watch, leftovers, inputs, executor, settings, kernel);
        renewal = new FileRenewal(watch, means.renewals());
        rewiring = new Rewiring(cables, folders, watch, means.wirings());
        recovery = new Recovery(records, folders, leftovers, watch, slots, cores, cables);
        rest = new Rest(watch, records, folders, leftovers);
        leftovers.makeRoots();
        leftovers.allowDevices(devices);
        recovery.claim();
        watch.onExit((id, run, exit) -> sockets.close(id));
    }

    public ContainerFolders folders() {
        return folders;
    }

    public ContainerTrees trees() {
        return trees;
    }

    @Override
    public Running start(RunRequest request, CallOff callOff) throws StartFailure {
        ContainerId id = request.container().id();
        checkGranted(request);
        synchronized (trees.turn(id)) {
            watch.awaitCleaned(id);
            return starts.start(request, callOff, (record, executed) -> following.follow(request, record, executed));
        }
    }

    private void checkGranted(RunRequest request) throws StartFailure {
        ContainerSpec spec = request.container().spec();
        Optional<Observed.Failure> refusal = settings.classes().refusal(spec).or(() -> settings.grants().refusal(spec));
        if (refusal.isPresent()) {
            clients.abandon(request.container().id());
            throw new StartFailure(refusal.get(), null);
        }
    }

    @Override
    public Optional<Observed.Failure> update(Desired.Container wanted) {
        return watch.get(wanted.id()).flatMap(live -> live.withSlot(() -> limits.update(live, wanted))).flatMap(refusal -> refusal);
    }

    @Override
    public void rewire(ContainerId id, List<Attachment> networks) {
        watch.get(id).ifPresent(live -> live.withSlot(() -> rewiring.rewire(live, networks)));
    }

    @Override
    public boolean signal(ContainerId id, String signal) {
        int number =
                SignalName.parse(signal)
                        .map(SignalName::number)
                        .orElseThrow(() -> new IllegalArgumentException("'" + signal + "' is no signal; write for example SIGTERM"));
        return watch.get(id).map(live -> live.signal(number)).orElse(false);
    }

    @Override
    public boolean resize(ContainerId id, int rows, int columns) {
        return watch.get(id).map(live -> live.resize(rows, columns)).orElse(false);
    }

    @Override
    public boolean pause(ContainerId id) {
        Optional<LiveContainer> live = watch.get(id);
        live.ifPresent(one -> one.freezer().pause());
        return live.isPresent();
    }

    @Override
    public boolean unpause(ContainerId id) {
        Optional<LiveContainer> live = watch.get(id);
        live.ifPresent(one -> one.freezer().unpause());
        return live.isPresent();
    }

    @Override
    public boolean limitLog(ContainerId id, LogPolicy policy) {
        return watch.get(id).map(live -> live.limitLog(inputs.log(policy))).orElse(false);
    }

    @Override
    public void renew(Desired.Container wanted, KeptFiles files) {
        watch.get(wanted.id()).ifPresent(live -> renewal.renew(live, wanted, files));
    }

    @Override
    public OptionalLong files(ContainerId id) {
        return watch.get(id).map(live -> OptionalLong.of(live.record().container().files())).orElse(OptionalLong.empty());
    }

    @Override
    public void kill(ContainerId id) {
        watch.get(id).ifPresent(live -> live.withSlot(leftovers.group(live.record().slotName())::kill));
    }

    @Override
    public Optional<ContainerStats> stats(ContainerId id) {
        return figures.stats(id);
    }

    @Override
    public Optional<PressureView> pressure(ContainerId id, Duration time) throws InterruptedException {
        return figures.pressure(id, time);
    }

    /** From now on it is told who is disturbed, and by whom; the caller's to close. */
    public Disturbances disturbances(Disturbances.Listener listener) {
        return Disturbances.begin(calls, settings.cgroups().pressures(), figures::running, listener);
    }

    @Override
    public List<ContainerProcess> processes(ContainerId id) {
        return figures.processes(id);
    }

    @Override
    public SocketChannel dial(ContainerId id, int port) throws IOException {
        return inside.dial(id, port);
    }

    @Override
    public Optional<CompletableFuture<SocketChannel>> accept(ContainerId id, String socket) {
        return sockets.clients().next(id, socket);
    }

    @Override
    public ExecSession exec(ContainerId id, ExecSpec spec) throws StartFailure {
        return sessions.exec(id, spec);
    }

    @Override
    public ExecSession debug(ContainerId id, DebugSpec spec, ImageConfig toolbox, List<Layer> layers) throws StartFailure {
        return sessions.debug(id, spec, toolbox, layers);
    }

    @Override
    public AttachSession attach(ContainerId id) {
        return clients.attach(id);
    }

    /** Sessions that wait for their container to start. */
    int waiting() {
        return clients.waiting();
    }

    /** Afterwards processes are parked: groups that nobody knows of are gone. */
    @Override
    public List<Recovered> recover() {
        List<Recovered> found = recovery.run();
        watch.running().forEach(record -> sockets.again(record, folders, settings.range(record.rangeSlot()).first()));
        if (settings.parked() > 0) {
            folders.makeForSpares(calls);
        }
        parking.open();
        return found;
    }

    /** Waits until as many processes are parked as the settings say; false when the time is over. */
    public boolean awaitParked(Duration patience) {
        return parking.awaitFull(patience.toMillis());
    }

    @Override
    public void remove(ContainerId id) {
        kill(id);
        watch.awaitCleaned(id);
        clients.abandon(id);
        explanations.forget(id);
        Trees.delete(folders.sockets(id));
        synchronized (trees.turn(id)) {
            try {
                folders.layer(id).letGo();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            rubbish.take(folders.container(id));
            trees.forget(id);
        }
    }

    /**
     * Ends all that {@link #recover} has found, as {@link Rest} says. No container is left in the kernel then, and nothing is lost.
     *
     * @return how many ran
     */
    public int rest() throws InterruptedException {
        return rest.all();
    }

    @Override
    public Explanation explain(ContainerId id) {
        return explanations.of(id);
    }

    @Override
    public IsolationView isolation(ContainerId id) {
        return isolation.of(id);
    }

    @Override
    public String script(ContainerId id) {
        return explanations.script(id);
    }

    @Override
    public void onExit(ExitListener listener) {
        watch.onExit((id, run, exit) -> {
            sockets.close(id);
            listener.exited(id, run, exit);
        });
    }

    /** The files of all containers that were removed, at once: nobody comes after this one who would. */
    public void deleteWhatWasRemoved() {
        rubbish.finish();
    }

    /** Lets go; containers run on and are found by the next runtime with the same folders. */
    @Override
    public void close() {
        sockets.close();
        parking.close();
        explanations.close();
        watch.close();
        rubbish.close();
        owners.close();
        cables.close();
        program.close();
        folders.deleteSpares();
    }
}
