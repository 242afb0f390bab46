package io.gantry.agent.execute;

import io.gantry.agent.isolation.IsolationReport;
import io.gantry.agent.log.FolderWatch;
import io.gantry.agent.log.LogQuery;
import io.gantry.agent.log.LogReader;
import io.gantry.agent.plan.ExecPlanner;
import io.gantry.agent.plan.HostDevice;
import io.gantry.agent.plan.Plan;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.rule.CommandRule;
import io.gantry.agent.runtime.AttachSession;
import io.gantry.agent.runtime.CallOff;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.Explanation;
import io.gantry.agent.runtime.Recovered;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.view.IsolationView;
import io.gantry.kernel.overlay.OverlayMounts;
import io.gantry.kernel.probe.Feature;
import io.gantry.kernel.probe.KernelReport;
import io.gantry.kernel.process.ResourceLimit;
import io.gantry.kernel.process.Signal;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Containers by namespaces, cgroups, overlay and the launcher. */
public final class LinuxContainerRuntime implements ContainerRuntime, AutoCloseable {
    private static final String RECORD_HINT = "look at the disk of the agent's data folder: it may be full";
    private final RuntimeSettings settings;
    private final KernelReport kernel;
    private final ContainerFolders folders;
    private final ContainerRecords records;
    private final Slots slots;
    private final SystemCalls calls;
    private final Fd program;
    private final OwnerMaps owners;
    private final NetlinkCables cables;
    private final PlanExecutor executor;
    private final Leftovers leftovers;
    private final Watch watch;
    private final Waiting waiting = new Waiting();
    private final long openFiles;
    private final IsolationReport isolation;
    private final Filters filters = Filters.ofThisHost();
    private final List<HostDevice> devices;
    private final AtomicLong sessions = new AtomicLong();
    private final ConcurrentHashMap<ContainerId, Explanation> explanations = new ConcurrentHashMap<>();
    private final Means means;
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
        this.kernel = kernel;
        this.means = means;
        isolation = new IsolationReport(settings.cgroups());
        calls = means.calls();
        program = means.program();
        folders = new ContainerFolders(settings.data(), settings.run());
        makeFolders();
        records = new ContainerRecords(folders);
        slots = new Slots(settings.ranges());
        owners = new OwnerMaps(calls, program);
        cables = new NetlinkCables(calls);
        executor = new PlanExecutor(calls, program, owners, cables, new OverlayMounts(calls, layers(kernel)), means.patience());
        leftovers = new Leftovers(calls, settings.cgroups(), folders);
        watch = new Watch(calls, records, leftovers, slots);
        openFiles = calls.limits(ResourceLimit.NOFILE.number()).hard();
        devices = HostDevices.of(settings.grants().devices());
        leftovers.makeRoots();
        leftovers.allowDevices(devices);
        records.all().stream().filter(this::holdsSlot).forEach(record -> slots.mark(record.slot()));
    }

    /** Until its end has been recorded and cleaned up after, of which the sockets are the last. */
    private boolean holdsSlot(ContainerRecord record) {
        return record.exit() == null || Files.isDirectory(folders.sockets(record.container().id()));
    }

    private static OverlayMounts.Layers layers(KernelReport kernel) {
        return kernel.missing(Feature.MANY_LAYERS).isPresent() ? OverlayMounts.Layers.JOINED : OverlayMounts.Layers.ONE_BY_ONE;
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
            Files.createDirectories(settings.run());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ContainerFolders folders() {
        return folders;
    }

    @Override
    public Running start(RunRequest request, CallOff callOff) throws StartFailure {
        ContainerId id = request.container().id();
        checkGranted(request);
        watch.awaitCleaned(id);
        int slot = takeSlot();
        ContainerRecord record =
                new ContainerRecord(
                        request.container(), request.run(), slot,
                        request.network().map(network -> network.hostInterface()).orElse(null), 0, null, null);
        boolean runs = false;
        try {
            Trees.makeFolder(folders.container(id));
            Trees.delete(folders.exit(id));
            records.save(record);
            Running running = follow(request, record, run(request, record, callOff));
            runs = true;
            return running;
        } catch (StepFailure e) {
            throw new StartFailure(Hints.describe(e, kernel), e);
        } catch (IllegalArgumentException e) {
            throw new StartFailure(new Observed.Failure("plan", 0, e.getMessage(), ""), e);
        } catch (UncheckedIOException e) {
            throw new StartFailure(new Observed.Failure("record", 0, e.getCause().getMessage(), RECORD_HINT), e);
        } finally {
            waiting.abandon(id);
            if (!runs) {
                giveBack(record);
            }
        }
    }

    private void checkGranted(RunRequest request) throws StartFailure {
        Optional<Observed.Failure> refusal = settings.grants().refusal(request.container().spec().security());
        if (refusal.isPresent()) {
            throw new StartFailure(refusal.get(), null);
        }
    }

    /** In this order: recovery takes a record's word for whose groups those of its slot are. */
    private void giveBack(ContainerRecord record) {
        records.forget(record.container().id());
        slots.free(record.slot());
    }

    /** From here on its end is seen; a container that can't be followed doesn't stay. */
    private Running follow(RunRequest request, ContainerRecord record, Executed executed) {
        ContainerId id = request.container().id();
        ContainerRecord running = record.started(executed.pid(), executed.startedAt());
        Explanation explanation = executed.explain(id.value(), request.container().name(), request.run());
        try {
            watch.add(running, executed.launcher(), folders.monitor(id), () -> keep(id, running, explanation));
        } catch (RuntimeException e) {
            leftovers.removeGroups(record.slotName());
            calls.kill(executed.launcher(), Execution.SIGKILL);
            calls.waitFor(executed.launcher());
            leftovers.removeSockets(record);
            throw e;
        }
        explanations.put(id, explanation);
        return new Running(id, request.run(), executed.pid(), executed.startedAt());
    }

    private Executed run(RunRequest request, ContainerRecord record, CallOff callOff) throws StepFailure {
        ContainerId id = request.container().id();
        Plan plan = means.planner().apply(input(request, record));
        return executor.execute(plan, means.steps(), () -> waiting.connect(id, folders.monitor(id)), callOff);
    }

    private int takeSlot() throws StartFailure {
        try {
            return slots.take();
        } catch (IllegalStateException e) {
            throw new StartFailure(
                    new Observed.Failure("id-range", 0, e.getMessage(), "stop containers here or widen the agent's id slice"), e);
        }
    }

    private PlanInput input(RunRequest request, ContainerRecord record) {
        ContainerId id = request.container().id();
        return new PlanInput(
                request,
                record.slotName(),
                settings.range(record.slot()),
                folders.container(id).toString(),
                folders.sockets(id).toString(),
                settings.cgroups(),
                openFiles,
                settings.logBytes(),
                settings.logFiles(),
                filters.of(request.container().spec().security()),
                devices);
    }

    /** Off the start's path; a crash before it costs the explanation, nothing else. */
    private void keep(ContainerId id, ContainerRecord running, Explanation explanation) {
        watch.saveStarted(running);
        ContainerRecords.write(folders.explanation(id), Json.write(explanation));
    }

    @Override
    public boolean signal(ContainerId id, String signal) {
        int number =
                Signal.parse(signal)
                        .orElseThrow(() -> new IllegalArgumentException("'" + signal + "' is no signal; write for example SIGTERM"));
        return watch.get(id).map(live -> live.signal(number)).orElse(false);
    }

    @Override
    public void kill(ContainerId id) {
        watch.get(id).ifPresent(live -> leftovers.group(live.record().slotName()).kill());
    }

    @Override
    public ExecSession exec(ContainerId id, ExecSpec spec) throws StartFailure {
        LiveContainer live =
                watch.get(id)
                        .orElseThrow(
                                () ->
                                        new StartFailure(
                                                new Observed.Failure("exec", 0, "the container isn't running", "start it first"),
                                                null));
        ContainerRecord record = live.record();
        PlanInput input =
                input(new RunRequest(record.container(), record.run(), List.of(), Optional.empty()), record);
        String socket = "exec-" + sessions.incrementAndGet();
        Plan plan = ExecPlanner.plan(input, spec, record.pid(), socket, CommandRule.environment(input));
        MonitorSession session = MonitorSession.exec();
        try {
            Executed executed =
                    executor.execute(plan, StepListener.NONE, () -> session.connect(folders.sockets(id).resolve(socket)), new CallOff());
            watch.reap(executed.launcher());
            return new MonitorExecSession(session, executed.pid());
        } catch (StepFailure e) {
            session.close();
            throw new StartFailure(Hints.describe(e, kernel), e);
        }
    }

    @Override
    public AttachSession attach(ContainerId id) {
        MonitorSession session = MonitorSession.attach();
        if (watch.get(id).isPresent()) {
            session.connect(folders.monitor(id));
        } else {
            waiting.add(id, session);
        }
        return session;
    }

    /** The container's log; the reader is the caller's to close. */
    public LogReader logs(ContainerId id, LogQuery query) throws IOException {
        return LogReader.open(folders.container(id), query, folderWatch);
    }

    @Override
    public List<Recovered> recover() {
        return new Recovery(records, folders, leftovers, watch, slots, cables).run();
    }

    @Override
    public void remove(ContainerId id) {
        kill(id);
        watch.awaitCleaned(id);
        waiting.abandon(id);
        explanations.remove(id);
        records.load(id).map(ContainerRecord::hostInterface).ifPresent(cables::unplug);
        Trees.delete(folders.sockets(id));
        Trees.delete(folders.container(id));
    }

    @Override
    public Explanation explain(ContainerId id) {
        return Optional.ofNullable(explanations.get(id))
                .or(() -> ContainerRecords.read(folders.explanation(id), Explanation.class))
                .orElseThrow(() -> new IllegalArgumentException("container " + id.shortForm() + " has not been started here"));
    }

    @Override
    public IsolationView isolation(ContainerId id) {
        ContainerRecord record = watch.get(id).map(LiveContainer::record).orElseThrow(() -> notRunning(id));
        try {
            return isolation.of(id, record.container().name(), record.slotName(), record.pid(), Instant.now());
        } catch (NoSuchFileException e) {
            throw notRunning(id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
