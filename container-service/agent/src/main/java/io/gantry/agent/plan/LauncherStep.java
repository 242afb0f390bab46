package io.gantry.agent.plan;

import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.namespaces.IdRange;
import io.gantry.kernel.namespaces.Namespaces;
import java.util.List;
import java.util.stream.Collectors;

/** What the agent has to do with the launcher and the first process: their birth, what they are told, and their answers. */
public sealed interface LauncherStep extends HostStep {
    /** The start of a launcher, whatever it is to make. */
    sealed interface Spawn extends LauncherStep permits SpawnLauncher, RuntimeStep.SpawnMaker {
        /** The group that it is born into. */
        String unified();

        /** The v1 files that it joins its other groups by. */
        List<String> tasks();

        @Override
        default String shell() {
            return tasks().stream().map(file -> "echo 0 > " + file).collect(Collectors.joining("; "));
        }

        @Override
        default String undo() {
            return "echo 1 > " + unified() + "/cgroup.kill";
        }
    }

    /**
     * Of nobody as yet: what it starts with is the same for every container of a slot, see {@link Parking}.
     *
     * @param made {@code CLONE_NEW*}: made for the first process; none for a further command in a container
     * @param joined {@code CLONE_NEW*}: those of {@code target} that it enters before
     * @param target a process, or 0
     */
    record SpawnLauncher(String unified, List<String> tasks, long made, long joined, int target) implements Spawn {
        @Override
        public String title() {
            return made == 0
                    ? "Start the launcher, which enters the container's namespaces and groups"
                    : "Start the launcher, which becomes the container's monitor and outlives this agent";
        }

        @Override
        public String call() {
            return "posix_spawn(launcher); it: clone3(CLONE_INTO_CGROUP %s), write(\"0\") to %s".formatted(unified, tasks);
        }
    }

    /** The values are those of {@link SpawnLauncher}. */
    record AwaitFirstProcess(long made, long joined, int target) implements LauncherStep {
        @Override
        public String title() {
            if (made == 0) {
                return "Its process is inside";
            }
            return joined == 0
                    ? "The first process exists, in namespaces of its own, and waits"
                    : "The first process exists, in namespaces of its own and those that it shares with process " + target + ", and waits";
        }

        @Override
        public String where() {
            return "launcher";
        }

        @Override
        public String call() {
            String enter = joined == 0 ? "" : "setns(pidfd of %d, %s); ".formatted(target, Namespaces.describe(joined));
            return enter + (made == 0 ? "clone3(CLONE_PARENT)" : "clone3(%s|CLONE_PARENT)".formatted(Namespaces.describe(made)));
        }

        @Override
        public String shell() {
            String enter = joined == 0 ? "" : "nsenter --target %d %s".formatted(target, Namespaces.options(joined));
            String make = made == 0 ? "" : "unshare %s --fork".formatted(Namespaces.options(made));
            return (enter + " " + make).strip();
        }
    }

    /** @param kind {@code uid_map} or {@code gid_map} */
    record WriteIdMap(String kind, IdRange range) implements LauncherStep {
        @Override
        public String title() {
            return "In the container, %s 0 to 65535 stand for the host's %d to %d"
                    .formatted(kind.equals("uid_map") ? "users" : "groups", range.first(), range.first() + IdRange.SIZE - 1);
        }

        @Override
        public String call() {
            return "write(\"/proc/<pid>/%s\", %s)".formatted(kind, Text.quote(range.map()));
        }

        @Override
        public String shell() {
            return "echo %s > /proc/$PID/%s".formatted(Text.quote(range.map().strip()), kind);
        }
    }

    record SetOomScore(int score) implements LauncherStep {
        @Override
        public String title() {
            return "When the host runs out of memory, this one's processes count %d more of 1000".formatted(score);
        }

        @Override
        public String call() {
            return "write(\"/proc/<pid>/oom_score_adj\", \"%d\")".formatted(score);
        }

        @Override
        public String shell() {
            return "echo %d > /proc/$PID/oom_score_adj".formatted(score);
        }
    }

    /**
     * Files in {@code /proc} that tell of the container's limits, told by its monitor as they are at the time.
     *
     * @param groups folders that say how large the container is: see {@link CgroupHierarchy#sizes}
     * @param result a detached mount of all of them
     */
    record MakeProcView(List<String> groups, Handle result) implements LauncherStep {
        @Override
        public String title() {
            return "Let the monitor tell what of the host's memory and cores is the container's";
        }

        @Override
        public String call() {
            return "open(\"/dev/fuse\"); fsopen(\"fuse\"); fsmount(MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC) → %s; sendmsg(SCM_RIGHTS /dev/fuse, %s)"
                    .formatted(result, String.join(", ", groups));
        }
    }

    /**
     * Looks the user up in the image's own passwd and group, never following a link out of it.
     *
     * @param groups that the user is in besides, names or numbers
     * @param root {@code null} for that of the process which is joined
     * @param layers the image's, for what they say needn't be read twice; empty if they aren't known
     * @param writable the folder above them; empty if nothing can be in it
     */
    record ResolveUser(String user, List<String> groups, Handle root, List<String> layers, String writable) implements LauncherStep {
        @Override
        public String title() {
            return "Find user '%s'%s in the image".formatted(user.isEmpty() ? "0" : user, groups.isEmpty() ? "" : " and the groups " + String.join(", ", groups));
        }

        @Override
        public String call() {
            return "openat2(%s, \"etc/passwd\", RESOLVE_IN_ROOT)".formatted(root);
        }
    }

    /**
     * @param stateFolder where the monitor keeps log and exit status
     * @param socketFolder where it listens, as {@code socket}
     * @param logBytes a log file is rotated before it grows above this; 0 in a session, which keeps no log
     * @param held by the monitor until it goes: the root, so that the end is told before the file system is synced, and after it the folder of
     *     {@link TreeStep.MakeFiles}, which agents renew through it
     */
    record NameMonitor(String stateFolder, String socketFolder, String socket, long logBytes, int logFiles, List<Handle> held)
            implements LauncherStep {
        @Override
        public String title() {
            return "Tell the monitor where to listen" + (logBytes > 0 ? " and where to keep log and exit status" : "");
        }

        @Override
        public String call() {
            String more = held.stream().map(handle -> ", " + handle).collect(Collectors.joining());
            return "sendmsg(SCM_RIGHTS %s, %s%s); it: listen(\"%s\")".formatted(stateFolder, socketFolder, more, socket);
        }
    }

    record AwaitMonitor() implements LauncherStep {
        @Override
        public String title() {
            return "The monitor listens";
        }

        @Override
        public String where() {
            return "launcher";
        }

        @Override
        public String call() {
            return "recv(control) = LISTENS";
        }
    }

    /**
     * Sends the first process its next steps, those that follow up to the next message, and the mounts and folders they need. It does them
     * while the host goes on.
     */
    sealed interface Message extends LauncherStep {
        List<Handle> handles();

        @Override
        default String call() {
            return "sendmsg(SCM_RIGHTS %s)".formatted(handles());
        }
    }

    record Prepare(List<Handle> handles) implements Message {
        @Override
        public String title() {
            return "Tell the first process to prepare what every container has";
        }
    }

    record HandOver(List<Handle> handles) implements Message {
        @Override
        public String title() {
            return "Hand the mounts over to the first process, which goes into them meanwhile";
        }
    }

    /** From here the first process goes on by itself. */
    record Release(List<Handle> handles) implements Message {
        public Release() {
            this(List.of());
        }

        @Override
        public String title() {
            return "Let the first process become the command: all around it is there";
        }

        @Override
        public String call() {
            return handles.isEmpty() ? "sendmsg()" : Message.super.call();
        }
    }

    record AwaitExecuted() implements LauncherStep {
        @Override
        public String title() {
            return "The command runs: the close-on-exec pipe went silent";
        }

        @Override
        public String where() {
            return "launcher";
        }

        @Override
        public String call() {
            return "read(failure pipe) = 0";
        }
    }
}
