package io.gantry.agent.plan;

import io.gantry.kernel.cgroup.DeviceProgram;
import io.gantry.kernel.namespaces.Namespaces;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What only bundles need on the host, see {@code io.gantry.agent.oci}: the rest they have in common with the agent's containers. */
public sealed interface BundleStep extends Step {
    @Override
    default String where() {
        return "agent";
    }

    /** @param folders of the v1 controller cpuset, parents first; those that have cores already keep them */
    record InheritCores(List<String> folders) implements BundleStep {
        public InheritCores {
            folders = List.copyOf(folders);
        }

        @Override
        public String title() {
            return "Give new cpusets the cores and memory nodes of those above them: nothing can join an empty one";
        }

        @Override
        public String call() {
            return "write(\"cpuset.cpus\"), write(\"cpuset.mems\") in " + folders;
        }

        @Override
        public String shell() {
            return folders.stream()
                    .map(folder -> "for f in cpuset.cpus cpuset.mems; do [ -n \"$(cat %1$s/$f)\" ] || cat %1$s/../$f > %1$s/$f; done".formatted(folder))
                    .collect(Collectors.joining("; "));
        }
    }

    /** On cgroup v2, which has no device lists: a program that is asked about each device. It goes with the group. */
    record GuardDevices(String group, List<DeviceProgram.Rule> rules) implements BundleStep {
        public GuardDevices {
            rules = List.copyOf(rules);
        }

        @Override
        public String title() {
            return "Say which devices can be opened";
        }

        @Override
        public String call() {
            String list = rules.stream()
                    .map(rule -> "%s %c %s:%s %s".formatted(rule.allow() ? "+" : "-", rule.type(), any(rule.major()), any(rule.minor()), rule.access()))
                    .collect(Collectors.joining(", "));
            return "bpf(BPF_PROG_LOAD, CGROUP_DEVICE: %s); bpf(BPF_PROG_ATTACH, \"%s\")".formatted(list, group);
        }

        private static String any(long number) {
            return number < 0 ? "*" : Long.toString(number);
        }
    }

    /** @param kind as the specification names it, {@code network} */
    record OpenNamespace(String kind, String path, Handle result) implements BundleStep {
        @Override
        public String title() {
            return "Take the " + kind + " namespace that is there already";
        }

        @Override
        public String call() {
            return "open(\"%s\") → %s".formatted(path, result);
        }
    }

    /**
     * A launcher that is nobody's monitor and leaves when the first process is ready.
     *
     * @param made {@code CLONE_NEW*}: made for the first process; none for a further command
     * @param joined {@code CLONE_NEW*}: those of {@code target} that it enters before
     * @param entered namespaces that it enters before, by {@link OpenNamespace}
     */
    record SpawnLeaving(String unified, List<String> tasks, long made, long joined, List<Handle> entered, int target) implements BundleStep {
        public SpawnLeaving {
            tasks = List.copyOf(tasks);
            entered = List.copyOf(entered);
        }

        @Override
        public String title() {
            return "Start the launcher, which leaves when the first process is ready";
        }

        @Override
        public String call() {
            String joins = entered.isEmpty() ? "" : "; setns(%s)".formatted(entered);
            return "posix_spawn(launcher); it: clone3(CLONE_INTO_CGROUP %s), write(\"0\") to %s%s, %s"
                    .formatted(unified, tasks, joins, Namespaces.describe(made | joined));
        }

        @Override
        public String shell() {
            return tasks.stream().map(file -> "echo 0 > " + file).collect(Collectors.joining("; "));
        }

        @Override
        public String undo() {
            return target > 0 ? "" : "echo 1 > " + unified + "/cgroup.kill";
        }
    }

    /** @param kind {@code uid_map} or {@code gid_map} */
    record WriteMappings(String kind, List<Mapping> mappings) implements BundleStep {
        /** {@code size} ids from {@code inside} on stand for the host's from {@code outside} on. */
        public record Mapping(long inside, long outside, long size) {}

        public WriteMappings {
            mappings = List.copyOf(mappings);
        }

        public String text() {
            return mappings.stream().map(each -> each.inside + " " + each.outside + " " + each.size + "\n").collect(Collectors.joining());
        }

        @Override
        public String title() {
            return "Say which of the host's ids stand behind the container's";
        }

        @Override
        public String call() {
            return "write(\"/proc/<pid>/%s\", %s)".formatted(kind, Text.quote(text()));
        }

        @Override
        public String shell() {
            return "printf %s > /proc/$PID/%s".formatted(Text.quote(text()), kind);
        }
    }

    /** @param result a detached copy of what is mounted at {@code path}, with {@code all} of what is mounted below */
    record CloneMounts(String path, boolean all, List<MountChange> changes, Handle result, String why) implements BundleStep {
        public CloneMounts {
            changes = List.copyOf(changes);
        }

        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            String flags = all ? "|AT_RECURSIVE" : "";
            String changed = changes.stream().map(change -> "; mount_setattr(%s)".formatted(change)).collect(Collectors.joining());
            return "open_tree(\"%s\", OPEN_TREE_CLONE%s)%s → %s".formatted(path, flags, changed, result);
        }

        @Override
        public String shell() {
            return "mount --%s %s %s".formatted(all ? "rbind" : "bind", path, result.name());
        }
    }

    /**
     * Finds the user's home folder in the container's own passwd, for programs that weren't told of it.
     *
     * @param root {@code null} is that of the process that is there
     */
    record FindHome(int uid, Handle root) implements BundleStep {
        @Override
        public String title() {
            return "Find the home folder of user " + uid;
        }

        @Override
        public String call() {
            return "openat2(%s, \"etc/passwd\", RESOLVE_IN_ROOT)".formatted(root == null ? "/proc/<pid>/root" : root);
        }
    }

    /** What this command was given as 0, 1 and 2, for the container. */
    record TakeStandard(List<Handle> results) implements BundleStep {
        public TakeStandard {
            results = List.copyOf(results);
        }

        @Override
        public String title() {
            return "The container's input, output and errors are this command's";
        }

        @Override
        public String call() {
            return "0, 1, 2 → " + results;
        }
    }

    record ListenForStart(String path, Handle result) implements BundleStep {
        @Override
        public String title() {
            return "Listen for the word to start";
        }

        @Override
        public String call() {
            return "bind(\"%s\"), listen() → %s".formatted(path, result);
        }

        @Override
        public String undo() {
            return "rm " + path;
        }
    }

    record DialConsole(String path, Handle result) implements BundleStep {
        @Override
        public String title() {
            return "Dial who wants the terminal's other end";
        }

        @Override
        public String call() {
            return "connect(\"%s\") → %s".formatted(path, result);
        }
    }

    /**
     * A program of the bundle's owner, outside of the container; it reads the container's state, with its process's number, from its input.
     *
     * @param moment as the specification names it, {@code createRuntime}
     * @param timeoutSeconds it is killed then, and fails; 0 is never
     */
    record RunHook(String moment, List<String> command, Map<String, String> environment, long timeoutSeconds, HookState state) implements BundleStep {
        public RunHook {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }

        @Override
        public String title() {
            return "Run the bundle's hook at " + moment;
        }

        @Override
        public String call() {
            return "execve(%s)".formatted(command.stream().map(Text::quote).collect(Collectors.joining(", ")));
        }

        @Override
        public String shell() {
            return String.join(" ", command);
        }
    }

    /** As {@code state} prints it, but for the process's number, which isn't known before it is there. */
    record HookState(String ociVersion, String id, String status, String bundle, Map<String, String> annotations) {
        public HookState {
            annotations = Map.copyOf(annotations);
        }
    }
}
