package io.gantry.agent.oci.command;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.gantry.agent.disk.WholeFile;
import io.gantry.agent.execute.BundleExecutor;
import io.gantry.agent.execute.HookProcess;
import io.gantry.agent.execute.StepFailure;
import io.gantry.agent.oci.command.ProcessLook.Status;
import io.gantry.agent.oci.config.BundleConfig;
import io.gantry.agent.oci.config.BundleProcess;
import io.gantry.agent.oci.config.ConfigReader;
import io.gantry.agent.oci.plan.BundleGroups;
import io.gantry.agent.oci.plan.BundleInput;
import io.gantry.agent.oci.plan.BundlePlanner;
import io.gantry.agent.oci.plan.FurtherCommand;
import io.gantry.agent.plan.BundleStep.HookState;
import io.gantry.agent.plan.Plan;
import io.gantry.contracts.envelope.Json;
import io.gantry.kernel.process.WaitStatus;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The operations of runtime.md on the containers of one {@code --root}. */
final class Containers {
    /** Which operation, and its errno; {@code launcher/ops.c}. */
    private static final int VERDICT_BYTES = 8;

    private static final int SIGKILL = 9;
    private final SystemCalls calls;
    private final StateFolder folder;
    private final Failures failures;

    Containers(SystemCalls calls, StateFolder folder, Failures failures) {
        this.calls = calls;
        this.folder = folder;
        this.failures = failures;
    }

    /** A container as {@code state} and {@code list} print it: the specification's fields, and what runc has besides. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Shown(
            String ociVersion, String id, @JsonInclude(JsonInclude.Include.ALWAYS) int pid, String status, String bundle, String rootfs, Instant created, String owner,
            Map<String, String> annotations) {}

    /** The plan of {@code create}; nothing is done. */
    Plan plan(Creation creation) throws IOException {
        BundleConfig config = config(creation.bundle());
        return BundlePlanner.plan(config, input(creation, config));
    }

    private static BundleConfig config(Path bundle) throws IOException {
        return read(bundle.resolve("config.json"), bundle);
    }

    private static BundleConfig read(Path file, Path bundle) throws IOException {
        try {
            return ConfigReader.read(Files.readString(file), bundle.toString());
        } catch (NoSuchFileException e) {
            throw new IllegalStateException("the bundle has no config.json: " + file, e);
        }
    }

    private BundleInput input(Creation creation, BundleConfig config) throws IOException {
        if (!Files.isDirectory(Path.of(config.rootPath()))) {
            throw new IllegalStateException("root.path: %s isn't a folder".formatted(config.rootPath()));
        }
        return new BundleInput(
                creation.id(), creation.bundle().toString(), folder.start(creation.id()).toString(), creation.console(), HostLook.trees(),
                HostLook.sources(config), HostLook.kernel());
    }

    /** What is about to be made is written down first, so that {@code delete --force} takes it away whenever this is killed. */
    BundleState create(Creation creation) throws IOException, StepFailure {
        BundleConfig config = config(creation.bundle());
        config.extensions().forEach(place -> failures.warn(place + " isn't a property of the specification, and is passed by"));
        BundleInput input = input(creation, config);
        Plan plan = BundlePlanner.plan(config, input);
        BundleGroups groups = BundleGroups.of(config.cgroupsPath(), creation.id(), input.trees());
        folder.make(creation.id());
        int pid = 0;
        try {
            new Groups(calls).mustBeFree(groups);
            BundleState state = new BundleState(
                    config.ociVersion(), creation.id(), 0, 0, creation.bundle().toString(), config.rootPath(), Instant.now(), System.getProperty("user.name"),
                    input.trees(), groups.path(), config.annotations());
            folder.save(state);
            Files.copy(creation.bundle().resolve("config.json"), folder.config(creation.id()));
            pid = new BundleExecutor(calls).run(plan).pid();
            BundleState begun = state.begun(pid, ProcessLook.ticks(pid));
            folder.save(begun);
            writePid(creation.pidFile(), pid);
            return begun;
        } catch (StepFailure | RuntimeException | IOException e) {
            if (pid == 0 || takenBack(groups, e)) {
                folder.forget(creation.id());
            }
            throw e;
        }
    }

    /** False if it runs on: without its state nobody could delete it any more. */
    private boolean takenBack(BundleGroups groups, Exception trouble) {
        try {
            new BundleExecutor(calls).end(groups.unified());
            new Groups(calls).remove(groups);
            return true;
        } catch (RuntimeException | IOException e) {
            trouble.addSuppressed(e);
            return false;
        }
    }

    private static void writePid(Optional<Path> file, int pid) throws IOException {
        if (file.isPresent()) {
            WholeFile.replace(file.get(), Integer.toString(pid), WholeFile.Sync.NONE);
        }
    }

    void start(String id) throws IOException {
        BundleState state = folder.load(id);
        Status status = status(state);
        if (status != Status.CREATED) {
            throw new IllegalStateException("container %s is %s: only one that is created can be started".formatted(id, status.word()));
        }
        try (Fd waiting = calls.dial(folder.start(id).toString(), false)) {
            // it ends by the exec, which closes the other end; or says why it can't
            calls.receive(waiting, VERDICT_BYTES).ifPresent(verdict -> {
                int errno = ByteBuffer.wrap(verdict).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
                throw new IllegalStateException("container %s: process.args can't be executed: %s".formatted(id, Errno.describe(errno)));
            });
        }
        Files.deleteIfExists(folder.start(id));
        BundleConfig config = savedConfig(state);
        hooks("poststart", config, config.hooks().poststart(), state, "running", state.pid());
    }

    private BundleConfig savedConfig(BundleState state) throws IOException {
        return read(folder.config(state.id()), Path.of(state.bundle()));
    }

    /** One that fails is told of; what was done stays done (runtime.md, Lifecycle). */
    private void hooks(String moment, BundleConfig config, List<BundleConfig.Hook> hooks, BundleState state, String status, int pid) {
        HookState told = new HookState(config.ociVersion(), state.id(), status, state.bundle(), state.annotations());
        for (BundleConfig.Hook hook : hooks) {
            try {
                HookProcess.run(BundlePlanner.hook(moment, hook, told), pid);
            } catch (IllegalStateException e) {
                failures.warn(e.getMessage());
            }
        }
    }

    /** Until its end, whose status is this command's; signals that come meanwhile are passed on. */
    int run(Creation creation) throws IOException, StepFailure {
        calls.adoptOrphans();
        BundleState state = create(creation);
        try {
            start(creation.id());
        } catch (IOException | RuntimeException e) {
            delete(creation.id(), true);
            throw e;
        }
        if (creation.detach()) {
            return 0;
        }
        int code = await(state.pid());
        delete(creation.id(), true);
        return code;
    }

    private int await(int pid) {
        Signals.passOn(number -> calls.kill(pid, number));
        return calls.waitFor(pid).map(status -> new WaitStatus(status).code()).orElseThrow(() -> new IllegalStateException("process " + pid + " isn't ours to wait for"));
    }

    int exec(FurtherWords words) throws IOException, StepFailure {
        BundleState state = folder.load(words.id());
        Status status = status(state);
        if (status != Status.RUNNING && status != Status.CREATED) {
            throw new IllegalStateException("container %s is %s: nothing can be run in it".formatted(words.id(), status.word()));
        }
        BundleConfig config = savedConfig(state);
        BundleProcess process = words.over(config.process());
        Plan plan = FurtherCommand.plan(config, process, state.groups(), state.pid(), words.console(), HostLook.kernel());
        if (!words.detach()) {
            calls.adoptOrphans();
        }
        int pid = new BundleExecutor(calls).run(plan).pid();
        try {
            writePid(words.pidFile(), pid);
        } catch (IOException | RuntimeException e) {
            calls.kill(pid, SIGKILL);
            throw e;
        }
        return words.detach() ? 0 : await(pid);
    }

    String state(String id) {
        return Json.write(shown(folder.load(id)));
    }

    List<Shown> all() throws IOException {
        return folder.all().stream().map(this::shown).toList();
    }

    private Shown shown(BundleState state) {
        Status status = status(state);
        return new Shown(
                state.ociVersion(), state.id(), status == Status.STOPPED ? 0 : state.pid(), status.word(), state.bundle(), state.rootfs(), state.created(),
                state.owner(), state.annotations());
    }

    private Status status(BundleState state) {
        return ProcessLook.of(state, new BundleExecutor(calls).frozen(state.groups().unified()));
    }

    void kill(String id, int signal, boolean all) throws IOException {
        BundleState state = folder.load(id);
        Status status = status(state);
        if (all) {
            for (int pid : new Groups(calls).members(state.groups())) {
                calls.kill(pid, signal);
            }
            return;
        }
        if (status == Status.STOPPED || status == Status.CREATING) {
            throw new IllegalStateException("container %s is not running: it is %s".formatted(id, status.word()));
        }
        try (Fd process = calls.pidFd(state.pid())) {
            // what has the number may be another by now; what was opened is ours if it began when ours did
            if (ProcessLook.ticks(state.pid()) == state.startTicks()) {
                calls.signal(process, signal);
            }
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
        }
    }

    void freeze(String id, boolean still) {
        BundleState state = folder.load(id);
        Status status = status(state);
        Status needed = still ? Status.RUNNING : Status.PAUSED;
        if (status != needed) {
            throw new IllegalStateException("container %s is %s, not %s".formatted(id, status.word(), needed.word()));
        }
        new BundleExecutor(calls).freeze(state.groups().unified(), still);
    }

    /** By its groups, not by its process alone: what was begun and never got as far as a process is ended, too. */
    void delete(String id, boolean force) throws IOException {
        if (force && !folder.there(id)) {
            return;
        }
        if (force && !Files.exists(folder.of(id).resolve("state.json"))) {
            folder.forget(id); // killed before anything was made
            return;
        }
        BundleState state = folder.load(id);
        Status status = status(state);
        if (!force && status != Status.STOPPED && status != Status.CREATED) {
            throw new IllegalStateException("container %s is %s: stop it, or delete it with --force".formatted(id, status.word()));
        }
        Groups groups = new Groups(calls);
        if (status != Status.STOPPED || !groups.members(state.groups()).isEmpty()) {
            new BundleExecutor(calls).end(state.groups().unified());
        }
        groups.remove(state.groups());
        if (Files.exists(folder.config(id))) {
            BundleConfig config = savedConfig(state);
            hooks("poststop", config, config.hooks().poststop(), state, "stopped", 0);
        }
        folder.forget(id);
    }
}
