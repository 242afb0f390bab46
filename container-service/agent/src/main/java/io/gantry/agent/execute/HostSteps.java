package io.gantry.agent.execute;

import static io.gantry.kernel.syscall.LinuxHeader.O_CREAT;
import static io.gantry.kernel.syscall.LinuxHeader.O_TRUNC;
import static io.gantry.kernel.syscall.LinuxHeader.O_WRONLY;

import io.gantry.agent.plan.BundleStep;
import io.gantry.agent.plan.CableStep;
import io.gantry.agent.plan.HostStep;
import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.LauncherStep;
import io.gantry.agent.plan.RuntimeStep;
import io.gantry.agent.plan.Step;
import io.gantry.agent.plan.TreeStep;
import io.gantry.kernel.overlay.OverlayMounts;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Does each of the host's steps, as calls into the kernel rooms: those with folders, files and control groups here, a family of steps in a class of
 * its own. No switch has a default, so that a new step breaks the build. Undo is armed before the side effect.
 */
final class HostSteps {
    private final SystemCalls calls;
    private final RunSockets sockets;
    private final Execution execution;
    private final TreeSteps trees;
    private final CableSteps cables;
    private final LauncherSteps launcher;
    private final BundleSteps bundles;

    HostSteps(SystemCalls calls, OwnerMaps owners, Cables cables, OverlayMounts overlays, Users users, RunSockets sockets, Execution execution) {
        this.sockets = sockets;
        this.calls = calls;
        this.execution = execution;
        trees = new TreeSteps(calls, owners, overlays, execution);
        this.cables = new CableSteps(cables, execution);
        launcher = new LauncherSteps(calls, users, execution);
        bundles = new BundleSteps(calls, execution);
    }

    void run(Step step) {
        switch (step) {
            case HostStep.MakeFolder make -> makeFolder(make);
            case HostStep.FreshFolder fresh -> freshFolder(fresh);
            case HostStep.WriteFile write -> writeFile(write);
            case HostStep.MakeCgroup make -> makeCgroup(make);
            case HostStep.SetLimit limit -> write(limit.path() + "/" + limit.setting().file(), O_WRONLY, 0, limit.setting().value());
            case HostStep.ServeApi api -> {
                execution.onUndo(() -> sockets.close(api.container()));
                sockets.serve(api);
            }
            case HostStep.ServeClient client -> {
                execution.onUndo(() -> sockets.close(client.container()));
                sockets.serve(client);
            }
            case TreeStep tree -> trees.run(tree);
            case CableStep cable -> cables.run(cable);
            case RuntimeStep told -> launcher.run(told);
            case LauncherStep told -> launcher.run(told);
            case BundleStep bundle -> bundles.run(bundle);
            case InsideStep _ -> {
                // went to the first process with the last message; the verdict is what is next heard from the launcher
            }
        }
    }

    private void makeFolder(HostStep.MakeFolder step) {
        if (!step.kept()) {
            execution.onUndo(() -> Trees.delete(Path.of(step.path())));
        }
        if (Files.isDirectory(Path.of(step.path()), LinkOption.NOFOLLOW_LINKS)) {
            return; // made ahead, or by an earlier run: a refusal costs more than a look
        }
        try {
            calls.makeFolder(step.path(), step.mode());
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    private void freshFolder(HostStep.FreshFolder step) {
        if (!step.kept()) {
            execution.onUndo(() -> Trees.delete(Path.of(step.path())));
        }
        Trees.delete(Path.of(step.path()));
        calls.makeFolder(step.path(), step.mode());
    }

    private void makeCgroup(HostStep.MakeCgroup step) {
        execution.onUndo(() -> calls.removeFolder(step.path()));
        calls.makeFolder(step.path(), 0755);
    }

    /** A file that is emptied first, though it was empty, is sent to the disk as it is closed: ext4(5), auto_da_alloc. */
    private void writeFile(HostStep.WriteFile step) {
        int emptied = new File(step.path()).length() > 0 ? O_TRUNC : 0;
        write(step.path(), O_WRONLY | O_CREAT | emptied, step.mode(), step.content());
    }

    private void write(String path, int flags, int mode, String content) {
        try (Fd file = calls.open(path, flags, mode)) {
            calls.write(file, content.getBytes(StandardCharsets.UTF_8));
        }
    }
}
