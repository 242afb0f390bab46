package io.gantry.agent.execute;

import io.gantry.agent.plan.CableStep;
import io.gantry.agent.plan.CommandStep;
import io.gantry.agent.plan.FileSystemStep;
import io.gantry.agent.plan.HostStep;
import io.gantry.agent.plan.LauncherStep;
import io.gantry.agent.plan.MakerStep;
import io.gantry.agent.plan.PrivilegeStep;
import io.gantry.agent.plan.SettingStep;
import io.gantry.agent.plan.SizeKeeper;
import io.gantry.agent.plan.TreeStep;
import io.gantry.contracts.state.Observed;
import io.gantry.kernel.cgroup.LimitUnavailable;
import io.gantry.kernel.probe.Feature;
import io.gantry.kernel.probe.Finding;
import io.gantry.kernel.probe.KernelReport;
import io.gantry.kernel.syscall.Errno;
import java.util.Optional;

/** What a person can do about a start that failed. */
final class Hints {
    private Hints() {}

    static Observed.Failure describe(StepFailure failure, KernelReport kernel) {
        String hint = lacking(failure, kernel).map(missing -> missing.feature().remedy()).orElseGet(() -> hint(failure));
        return new Observed.Failure(failure.stage(), failure.errno(), detail(failure), hint);
    }

    static Observed.Failure describe(LimitUnavailable limit) {
        return new Observed.Failure("limit", 0, "resources." + limit.limit() + ": " + limit.getMessage(), limit.remedy());
    }

    /** What this step would have needed of the kernel and the probes didn't find. */
    private static Optional<Finding.Missing> lacking(StepFailure failure, KernelReport kernel) {
        return switch (failure.step()) {
            case HostStep.MakeCgroup(var controller, _) when controller.equals("cpuset") -> kernel.missing(Feature.CGROUP_CPUSET);
            case TreeStep.MountOverlay _ when failure.errno() == Errno.E2BIG -> kernel.missing(Feature.MANY_LAYERS);
            default -> Optional.empty();
        };
    }

    private static String detail(StepFailure failure) {
        if (failure.step() instanceof CommandStep.Execute(var arguments, _, _)) {
            String program = arguments.getFirst();
            return switch (failure.errno()) {
                case Errno.ENOENT -> "program '" + program + "' was not found in the container";
                case Errno.EACCES, Errno.EISDIR -> "program '" + program + "' may not be executed";
                case Errno.ENOEXEC -> "'" + program + "' is neither a program for this machine nor a script with a #! line";
                default -> "program '" + program + "' could not be executed: " + Errno.describe(failure.errno());
            };
        }
        return failure.getMessage();
    }

    private static String hint(StepFailure failure) {
        if (failure.errno() == Errno.ETIMEDOUT) {
            return "it waits for something that doesn't come: look at the file systems of image and volumes, and at this host's disks";
        }
        if (failure.errno() == Errno.EAGAIN && failure.stage().equals(Wire.MAKE_NAMESPACES)) {
            return "no more processes are to be had: if it is the container that has as many as it may (pids), end some or allow it more: gantry update --pids-limit";
        }
        return switch (failure.step()) {
            case CommandStep.Execute _ when failure.errno() == Errno.ELOOP -> "look whether it is a link that leads to itself";
            case CommandStep.Execute _ when failure.errno() == Errno.ENOENT ->
                    "check entrypoint and command, and that the image holds the program and its interpreter or loader";
            case CommandStep.Execute _ when failure.errno() == Errno.EACCES -> "make it executable in the image (chmod +x)";
            case CommandStep.Execute _ when failure.errno() == Errno.EPERM -> "look whether its seccomp profile lets execve through";
            case PrivilegeStep _ when failure.errno() == Errno.EPERM ->
                    "look whether its seccomp profile lets prctl, capget, capset, setgroups, setresgid and setresuid through: with noNewPrivileges off it is in force before them";
            case CommandStep.EnterFolder(var path, var made) when !made && failure.errno() == Errno.ENOENT ->
                    "make it in the container first (mkdir -p " + path + "), or name a folder that is there";
            case CommandStep.EnterFolder(var path, _) -> "check that " + path + " is a folder in the image";
            case MakerStep _ when failure.errno() == 0 -> "look at image and spec for what it names; a hook's exit code is an error number (errno(3)). The class 'namespaces' may do it";
            case TreeStep.CloneHostFolder clone when failure.errno() == Errno.ENOENT || failure.errno() == Errno.ENOTDIR ->
                    "make the folder on the host first; a single file can't be mounted";
            case TreeStep.CloneHostFolder clone when failure.errno() == Errno.EINVAL ->
                    "what is mounted in it has no owners that could be mapped (procfs, some network file systems): take it away, or name a folder beside it";
            case FileSystemStep.Attach(_, var path, _) when failure.errno() == Errno.EINVAL || failure.errno() == Errno.ENOTDIR -> onAFile(path);
            case FileSystemStep.Mount mount when failure.errno() == Errno.ENOTDIR -> onAFile(mount.target());
            case TreeStep.KeepToSize sized -> hint(sized.keeper());
            case SettingStep.WriteSetting(var path, _, _) ->
                    "look whether this host's kernel has " + path + " for each container, and takes that value";
            case LauncherStep.ResolveUser _ -> "name users and groups that the image knows, or numbers";
            case HostStep.SetLimit(var path, var setting) ->
                    "the kernel refused " + setting.value() + " for " + setting.file() + "; check it against what this host has";
            case CableStep.AddCable(_, var network) -> "check that bridge " + network.bridge() + " exists on this host";
            case CableStep.PlugVeth(_, var network) -> "check that bridge " + network.bridge() + " exists on this host";
            default -> failure.errno() == Errno.ENOSPC ? "free space on the host's disk" : "";
        };
    }

    private static String onAFile(String path) {
        return "look whether there is a file at " + path + " in the image: a folder goes on a folder only";
    }

    private static String hint(SizeKeeper keeper) {
        return switch (keeper) {
            case FILE -> "what has a size needs mkfs.ext4 (package e2fsprogs), a loop device and the kernel's ext4 on its node";
            case PROJECT -> "what has a size here needs the node's file system as it was when it was made: mounted with prjquota";
            case SUBVOLUME -> "what has a size here needs btrfs' quotas on its node: see what 'btrfs quota enable' and 'btrfs quota rescan' say there";
        };
    }
}
