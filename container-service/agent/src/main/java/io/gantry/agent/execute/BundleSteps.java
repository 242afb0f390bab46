package io.gantry.agent.execute;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import io.gantry.agent.plan.BundleStep;
import io.gantry.agent.plan.Handle;
import io.gantry.kernel.cgroup.DeviceProgram;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What only bundles need of the host; undo is armed before the side effect. */
final class BundleSteps {
    private static final int LARGEST_PASSWD = 1 << 20;
    private final SystemCalls calls;
    private final Execution execution;

    BundleSteps(SystemCalls calls, Execution execution) {
        this.calls = calls;
        this.execution = execution;
    }

    void run(BundleStep step) {
        switch (step) {
            case BundleStep.InheritCores(var folders) -> folders.forEach(this::inheritCores);
            case BundleStep.GuardDevices(var group, var rules) -> guard(group, rules);
            case BundleStep.OpenNamespace(_, var path, var result) -> execution.keep(result, calls.open(path, O_RDONLY, 0));
            case BundleStep.SpawnLeaving spawn -> spawn(spawn);
            case BundleStep.WriteMappings map -> write("/proc/" + execution.firstProcess() + "/" + map.kind(), map.text());
            case BundleStep.CloneMounts clone -> cloneMounts(clone);
            case BundleStep.FindHome(var uid, var root) -> findHome(uid, root);
            case BundleStep.TakeStandard(var results) -> {
                for (int i = 0; i < results.size(); i++) {
                    execution.borrow(results.get(i), calls.standard(i));
                }
            }
            case BundleStep.ListenForStart(var path, var result) -> {
                execution.onUndo(() -> Trees.delete(Path.of(path)));
                execution.keep(result, calls.listen(path));
            }
            case BundleStep.DialConsole(var path, var result) -> execution.keep(result, calls.dial(path, true));
            case BundleStep.RunHook hook -> HookProcess.run(hook, execution.firstProcess());
        }
    }

    private void guard(String path, List<DeviceProgram.Rule> rules) {
        try (Fd group = calls.open(path, O_RDONLY | O_DIRECTORY, 0);
                Fd program = calls.loadDeviceProgram(DeviceProgram.of(rules))) {
            calls.attachDeviceProgram(group, program);
        }
    }

    private void inheritCores(String folder) {
        for (String file : List.of("cpuset.cpus", "cpuset.mems")) {
            if (text(folder + "/" + file).isBlank()) {
                write(folder + "/" + file, text(folder.substring(0, folder.lastIndexOf('/')) + "/" + file).strip());
            }
        }
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void spawn(BundleStep.SpawnLeaving step) {
        new Launch(step.unified(), step.tasks(), step.target(), step.target() == 0, step.entered()).run(calls, execution, Wire.begin(step));
    }

    private void cloneMounts(BundleStep.CloneMounts step) {
        try (Fd place = calls.open(step.path(), O_PATH, 0)) {
            Fd tree = step.all() ? calls.cloneAll(place) : calls.cloneTree(step.path());
            execution.keep(step.result(), tree);
            step.changes().forEach(change -> calls.changeMount(tree, change.set(), change.clear(), change.propagation(), change.all()));
        }
    }

    private void findHome(int uid, Handle handle) {
        try (Fd root = handle == null ? calls.open("/proc/" + execution.firstProcess() + "/root", O_PATH | O_DIRECTORY, 0) : null) {
            execution.runAs(new UserLookup(passwd(root == null ? execution.get(handle) : root), "").byNumber(uid));
        }
    }

    private String passwd(Fd root) {
        try (Fd file = calls.openInRoot(root, "etc/passwd", O_RDONLY | O_NONBLOCK)) {
            return new String(calls.read(file, LARGEST_PASSWD), StandardCharsets.UTF_8);
        } catch (SyscallFailure e) {
            return ""; // without it nobody has a home
        }
    }

    private void write(String path, String content) {
        try (Fd file = calls.open(path, O_WRONLY, 0)) {
            calls.write(file, content.getBytes(StandardCharsets.UTF_8));
        }
    }
}
