package io.gantry.agent.execute;

import io.gantry.agent.image.Layer;
import io.gantry.agent.isolation.Expectation;
import io.gantry.agent.isolation.IsolationReport;
import io.gantry.agent.log.FolderWatch;
import io.gantry.agent.log.LogQuery;
import io.gantry.agent.log.LogReader;
import io.gantry.agent.measure.Disturbances;
import io.gantry.agent.plan.ContainerPlanner;
import io.gantry.agent.plan.HostDevice;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.runtime.AttachSession;
import io.gantry.agent.runtime.CallOff;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.Explanation;
import io.gantry.agent.runtime.Recovered;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.agent.size.SizedFolder;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.LogPolicy;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.SignalName;
import io.gantry.contracts.view.ContainerProcess;
import io.gantry.contracts.view.ContainerStats;
import io.gantry.contracts.view.IsolationView;
import io.gantry.contracts.view.PressureView;
import io.gantry.kernel.overlay.OverlayMounts;
import io.gantry.kernel.probe.Feature;
import io.gantry.kernel.probe.KernelReport;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Containers by namespaces, cgroups, overlay and the launcher. */
public final class LinuxContainerRuntime implements ContainerRuntime, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LinuxContainerRuntime.class.getName());
    private final RuntimeSettings settings;
    private final ContainerFolders folders;
    private final ContainerRecords records;
    private final Slots slots;
    private final SystemCalls calls;
    private final Fd program;
    private final CoreBounds cores;
    private final OwnerMaps owners;
    private final NetlinkCables cables;
    private final PlanExecutor executor;
    private final Leftovers leftovers;
    private final Watch watch;
    private final LiveFigures figures;
    private final ContainerTrees trees;
    private final Waiting waiting = new Waiting();
    private final IsolationReport isolation;
    private final PlanInputs inputs;
    private final ParkingLot parking;
    private final Starts starts;
    private final Sessions sessions;
    private final FileRenewal renewal;
    private final Explanations explanations;
    private final HostBoot boot = HostBoot.current();
    private final FolderWatch folderWatch = watchFolders();

    public LinuxContainerRuntime(RuntimeSettings settings) {
        this(settings, KernelReport.COMPLETE);
    }

    /** @param kernel what is known to be missing, for hints and to go without it where that can be */
    public LinuxContainerRuntime(RuntimeSettings settings, KernelReport kernel) {
        this(settings, kernel, Means.usual());
    }

    /** @param means whose program it closes with itself */
    LinuxContainerRuntime(RuntimeSettings settings, KernelReport kernel, Means means) {
        this.settings = settings;
        calls = means.calls();
        program = means.program();
        folders = new ContainerFolders(settings.data(), settings.run());
        makeFolders();
        records = new ContainerRecords(folders);
        slots = new Slots(settings.ranges());
        cores = new CoreBounds(calls, settings.cgroups());
        owners = new OwnerMaps(calls, program);
        cables = new NetlinkCables(calls);
        isolation = new IsolationReport(settings.cgroups(), cables::fault);
        OverlayMounts overlays = new OverlayMounts(calls, layers(kernel), source(kernel));
        executor = new PlanExecutor(calls, program, owners, cables, overlays, means.patience());
        leftovers = new Leftovers(calls, settings.cgroups(), folders);
        watch = new Watch(calls, records, leftovers, slots, cores, cables);
        trees = new ContainerTrees(calls, folders, overlays, watch, settings);
        figures = new LiveFigures(watch, settings);
        List<HostDevice> devices = HostDevices.of(settings.grants().devices());
        inputs = new PlanInputs(settings, folders, calls, devices);
        parking = new ParkingLot(executor, slots, settings, folders, procView(kernel));
        explanations = new Explanations(folders, new Scripts(settings, folders));
        starts = new Starts(folders, records, slots, new Lenders(folders, watch, slots), cores, parking, inputs, executor, means, waiting, kernel, boot);
        sessions = new Sessions(folders, watch, leftovers, inputs, executor, settings, kernel);
        renewal = new FileRenewal(watch, means.renewals());
        leftovers.makeRoots();
        leftovers.allowDevices(devices);
        records.all().stream().filter(this::holdsSlot).forEach(this::mark);
    }

    private void mark(ContainerRecord record) {
        slots.mark(record);
        cores.mark(record);
    }

    /** Until its end has been recorded and cleaned up after, of which the sockets are the last. */
    private boolean holdsSlot(ContainerRecord record) {
        return record.exit() == null || Files.isDirectory(folders.sockets(record.container().id()));
    }

    private static OverlayMounts.Layers layers(KernelReport kernel) {
        return kernel.missing(Feature.MANY_LAYERS).isPresent() ? OverlayMounts.Layers.JOINED : OverlayMounts.Layers.ONE_BY_ONE;
    }

    private static OverlayMounts.Source source(KernelReport kernel) {
        return kernel.missing(Feature.DETACHED_LAYERS).isPresent() ? OverlayMounts.Source.ATTACHED : OverlayMounts.Source.DETACHED;
    }

    static boolean procView(KernelReport kernel) {
        return kernel.missing(Feature.SERVED_FILES).isEmpty();
    }

    private static FolderWatch watchFolders() {
        try {
            return new FolderWatch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void makeFolders() {
        try {
            Files.createDirectories(folders.containers());
            Trees.makeFolder(folders.volumes());
            Files.createDirectories(settings.run());
            Trees.makeFolder(folders.names());
            Places.make(folders.places());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
            return starts.start(request, callOff, (record, executed) -> follow(request, record, executed));
        }
    }

    private void checkGranted(RunRequest request) throws StartFailure {
        ContainerSpec spec = request.container().spec();
        Optional<Observed.Failure> refusal = settings.classes().refusal(spec).or(() -> settings.grants().refusal(spec));
        if (refusal.isPresent()) {
            waiting.abandon(request.container().id());
            throw new StartFailure(refusal.get(), null);
        }
    }

    /** From here on its end is seen; a container that can't be followed doesn't stay. */
    private Running follow(RunRequest request, ContainerRecord record, Executed executed) {
        ContainerId id = request.container().id();
        ContainerRecord running = record.started(executed.pid(), executed.startedAt());
        try {
            watch.add(running, executed.launcher(), folders.monitor(id), () -> watch.saveStarted(running));
        } catch (RuntimeException e) {
            leftovers.removeGroups(record.slotName());
            calls.kill(executed.launcher(), Execution.SIGKILL);
            calls.waitFor(executed.launcher());
            leftovers.removeRunFiles(record);
            throw e;
        }
        explanations.add(request, running, executed);
        leftovers.countReservations(running);
        return new Running(id, request.run(), executed.pid(), executed.startedAt(), applied(running));
    }

    private Observed.Applied applied(ContainerRecord running) {
        Desired.Container container = running.container();
        List<Observed.Deviation> deviations = new ArrayList<>(inputs.processLimits(container).deviations());
        inputs.layerKeeper(container).ifPresent(keeper -> deviations.add(new Observed.Deviation("resources.disk", "held by " + keeper.what())));
        if (running.cores() != null) {
            deviations.add(new Observed.Deviation("resources.exclusiveCores", "cores " + running.cores() + " of the node; its host's own programs aren't kept off them"));
        }
        return new Observed.Applied(container.update(), null, List.copyOf(deviations));
    }

    @Override
    public Optional<Observed.Failure> update(Desired.Container wanted) {
        return watch.get(wanted.id()).flatMap(live -> update(live, wanted));
    }

    private Optional<Observed.Failure> update(LiveContainer live, Desired.Container wanted) {
        ContainerRecord record = live.record();
        Resources before = record.container().spec().resources();
        Resources bound = cores.bound(wanted.id(), before);
        Optional<Observed.Failure> refusal =
                LimitUpdate.fixed(before, wanted.spec().resources()).or(() -> cores.become(record.of(wanted), LimitUpdate.STEP));
        if (refusal.isPresent()) {
            return refusal;
        }
        refusal = new LimitUpdate(calls, settings.cgroups(), cables, record).apply(bound, cores.bound(wanted.id(), wanted.spec().resources()));
        if (refusal.isPresent()) {
            cores.become(record, LimitUpdate.STEP);
        }
        cores.settleIfAnyAreGiven();
        if (refusal.isEmpty()) {
            watch.become(live, record.of(wanted.withFiles(record.container().files())));
            leftovers.countReservations(record);
            leftovers.countReservations(record.of(wanted));
        }
        return refusal;
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
        return watch.get(id).map(live -> live.limitLog(inputs.logBytes(policy), inputs.logFiles(policy))).orElse(false);
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
        watch.get(id).ifPresent(live -> leftovers.group(live.record().slotName()).kill());
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
    public ExecSession exec(ContainerId id, ExecSpec spec) throws StartFailure {
        return sessions.exec(id, spec);
    }

    @Override
    public ExecSession debug(ContainerId id, DebugSpec spec, ImageConfig toolbox, List<Layer> layers) throws StartFailure {
        return sessions.debug(id, spec, toolbox, layers);
    }

    @Override
    public AttachSession attach(ContainerId id) {
        MonitorSession session = MonitorSession.attach();
        if (watch.get(id).isPresent()) {
            connect(session, id);
            return session;
        }
        waiting.add(id, session);
        if (watch.get(id).isPresent()) {
            // it has begun to run meanwhile, and its start may have looked for who waits before we did
            waiting.connect(id, folders.monitor(id));
        }
        return session;
    }

    private void connect(MonitorSession session, ContainerId id) {
        try {
            session.connect(folders.monitor(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sessions that wait for their container to start. */
    int waiting() {
        return waiting.count();
    }

    /** The container's log; the reader is the caller's to close. */
    public LogReader logs(ContainerId id, LogQuery query) throws IOException {
        return LogReader.open(folders.container(id), query, folderWatch);
    }

    /** Afterwards processes are parked: groups that nobody knows of are gone. */
    @Override
    public List<Recovered> recover() {
        forgetTheGone();
        List<Recovered> found = new Recovery(records, folders, leftovers, watch, slots, cables).run().stream().map(this::takenUp).toList();
        cores.settleIfAnyAreGiven();
        parking.open();
        return found;
    }

    private void forgetTheGone() {
        try {
            SizedFolder.forgetTheGone(settings.data());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Recovered takenUp(Recovered one) {
        return watch.get(one.id()).map(live -> one.paused(live.freezer().takeUp(one.paused()))).orElse(one);
    }

    /** Waits until as many processes are parked as the settings say; false when the time is over. */
    public boolean awaitParked(Duration patience) {
        return parking.awaitFull(patience.toMillis());
    }

    @Override
    public void remove(ContainerId id) {
        kill(id);
        watch.awaitCleaned(id);
        waiting.abandon(id);
        explanations.forget(id);
        Trees.delete(folders.sockets(id));
        try {
            folders.layer(id).letGo();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Trees.delete(folders.container(id));
        trees.forget(id);
    }

    /**
     * Ends all that {@link #recover} has found, as {@link Rest} says. No container is left in the kernel then, and nothing is lost.
     *
     * @return how many ran
     */
    public int rest() throws InterruptedException {
        int running = new Rest(watch, leftovers).all();
        try {
            for (ContainerRecord record : records.all()) {
                folders.layer(record.container().id()).unmount();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return running;
    }

    @Override
    public Explanation explain(ContainerId id) {
        return explanations.of(id);
    }

    @Override
    public IsolationView isolation(ContainerId id) {
        ContainerRecord record = watch.get(id).map(LiveContainer::record).orElseThrow(() -> notRunning(id));
        try {
            return isolation.of(id, record.container().name(), record.slotName(), record.pid(), watch.others(id), asked(record), Instant.now());
        } catch (NoSuchFileException e) {
            throw notRunning(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By the spec as it is now, which updates have changed. What of it this node would refuse today is not looked for. */
    private List<Expectation> asked(ContainerRecord record) {
        try {
            // what lies in its files makes no difference to where they are
            KeptFiles files = new KeptFiles(
                    record.container().spec().kept().stream().map(mount -> new KeptFiles.One(mount.kind(), mount.source(), new byte[0])).toList());
            RunRequest request = new RunRequest(record.container(), record.run(), List.of(), Optional.empty(), files);
            // nor does it make one whose namespaces it shares
            PlanInput input = inputs.of(request, record, false, Optional.empty(), cores.of(record.container().id()));
            return Expectation.of(ContainerPlanner.own(input), record.hostInterface());
        } catch (IllegalArgumentException e) {
            LOG.log(System.Logger.Level.DEBUG, "what was asked of " + record.container().name() + " can't be planned any more", e);
            return List.of();
        }
    }

    @Override
    public String script(ContainerId id) {
        return explanations.script(id);
    }

    private static IllegalStateException notRunning(ContainerId id) {
        return new IllegalStateException("container " + id.shortForm() + " is not running");
    }

    @Override
    public void onExit(ExitListener listener) {
        watch.onExit(listener);
    }

    /** Lets go; containers run on and are found by the next runtime with the same folders. */
    @Override
    public void close() {
        parking.close();
        explanations.close();
        watch.close();
        try {
            folderWatch.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        owners.close();
        cables.close();
        program.close();
    }
}
