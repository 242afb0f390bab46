package io.gantry.agent.plan;

import io.gantry.agent.runtime.OciRuntime;
import io.gantry.kernel.namespaces.IdRange;
import java.util.ArrayList;
import java.util.List;

/**
 * What the launcher's process does that is not a container's first but has another runtime make it. It works in a mount table of its own: nothing
 * that it mounts, nor what the runtime keeps, is anywhere on the host, and all of it ends with the start.
 */
public sealed interface MakerStep extends InsideStep {
    /** Everybody may enter it, whatever the folders of the agent are: the runtime looks at it as the container's root. Exists on every host. */
    String BENCH = "/tmp";

    @Override
    default String where() {
        return "launcher";
    }

    record MakeBench() implements MakerStep {
        @Override
        public String title() {
            return "A mount table of its own that ends with the start, and in it an empty file system in memory for all that the runtime is given and keeps";
        }

        @Override
        public String call() {
            return "unshare(CLONE_NEWNS); mount(\"/\", MS_REC|MS_PRIVATE); mount(\"tmpfs\", \"%s\")".formatted(BENCH);
        }

        @Override
        public String shell() {
            return "unshare --mount --propagation private; mount -t tmpfs -o nosuid,nodev,mode=755 gantry " + BENCH;
        }
    }

    /** crun, and no other program, doesn't see it then. */
    record LeaveTree(String path) implements MakerStep {
        @Override
        public String title() {
            return "Take the second tree of control groups out of that table: with controllers in both, crun makes nothing, even where it is to leave groups alone";
        }

        @Override
        public String call() {
            return "umount2(\"%s\", MNT_DETACH)".formatted(path);
        }

        @Override
        public String shell() {
            return "umount -l " + path;
        }
    }

    record Bring(Handle mount, String path, String why) implements MakerStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "mkdir or open(O_CREAT) \"%2$s\"; move_mount(%1$s, \"%2$s\")".formatted(mount, path);
        }

        @Override
        public String shell() {
            return "mkdir %2$s; mount --move %1$s %2$s".formatted(mount.name(), path);
        }
    }

    /** crun hides files by the host's: what is nothing is the container's own instead. */
    record CoverNull(String own) implements MakerStep {
        public static final String PATH = "/dev/null";

        @Override
        public String title() {
            return "Let files be hidden by the container's own /dev/null, so that nothing of the host's is mounted in it";
        }

        @Override
        public String call() {
            return "mount(\"%s\", \"%s\", MS_BIND)".formatted(own, PATH);
        }

        @Override
        public String shell() {
            return "mount --bind %s %s".formatted(own, PATH);
        }
    }

    /** Not in the image, and in a file system of its own: the container keeps nothing else of the bench. */
    record LayProgram(Handle program) implements MakerStep {
        public static final String FOLDER = BENCH + "/program";
        public static final String PATH = FOLDER + "/init";

        @Override
        public String title() {
            return "Put the launcher's program where the runtime finds it, in a file system of its own: the container keeps nothing else of these";
        }

        @Override
        public String call() {
            return "mount(\"tmpfs\", \"%s\"); sendfile(%s, \"%s\")".formatted(FOLDER, program, PATH);
        }
    }

    record WriteConfig(String path, RuntimeConfig config) implements MakerStep {
        @Override
        public String title() {
            return "Write down what the runtime shall make";
        }

        @Override
        public String call() {
            return "write(\"%s\", %s)".formatted(path, config.json());
        }

        /** With the user that was found. */
        public WriteConfig as(Identity user) {
            return new WriteConfig(path, config.as(user));
        }
    }

    /** @param range whose users the command's is one of */
    record OpenOutput(boolean stdin, IdRange range) implements MakerStep {
        @Override
        public String title() {
            return "Pipes for output and errors" + (stdin ? " and input" : "; input is /dev/null") + ", their other ends to the monitor";
        }

        @Override
        public String call() {
            return "setsid(); pipe2(); fchown(user); sendmsg(SCM_RIGHTS); dup2(0, 1, 2)";
        }
    }

    /** What was made waits, with all its namespaces, and is the monitor's child. */
    record Make(OciRuntime runtime, String id, boolean terminal, Handle words) implements MakerStep {
        public static final String PID_FILE = BENCH + "/pid";
        public static final String CONSOLE = BENCH + "/console";
        static final String STATE = BENCH + "/state";

        /** The runtime is in the container's groups, and leaves it at that. */
        static final String NO_GROUPS = "--cgroup-manager=disabled";

        /** {@code FD_WORDS} of {@code launcher/wire.h}. */
        private static final String WORDS = "/proc/self/fd/5";

        /** Those before the verb. */
        private static List<String> begin(OciRuntime runtime) {
            return List.of(runtime.program(), "--root=" + STATE, NO_GROUPS, "--log=" + WORDS);
        }

        /** @param words of the verb and after */
        private static List<String> arguments(OciRuntime runtime, List<String> words) {
            List<String> all = new ArrayList<>(begin(runtime));
            all.addAll(words);
            return List.copyOf(all);
        }

        public List<String> arguments() {
            List<String> words = new ArrayList<>(List.of("create", "--bundle=" + BENCH, "--pid-file=" + PID_FILE, "--preserve-fds=2"));
            if (terminal) {
                words.add("--console-socket=" + CONSOLE);
            }
            words.add(id);
            return arguments(runtime, words);
        }

        /** What a person types: with nobody to give descriptors to. */
        public List<String> byHand() {
            return List.of(runtime.program(), "--root=" + STATE, NO_GROUPS, "create", "--bundle=" + BENCH, "--pid-file=" + PID_FILE, id);
        }

        @Override
        public String title() {
            return "Have " + runtime.name() + " " + runtime.version() + " make the container, up to where it waits for its start";
        }

        @Override
        public String call() {
            return "execve(%s); read(\"%s\")".formatted(Text.quoted(arguments()), PID_FILE);
        }

        @Override
        public String shell() {
            return String.join(" ", arguments());
        }
    }

    record Start(OciRuntime runtime, String id, Handle words) implements MakerStep {
        public List<String> arguments() {
            return Make.arguments(runtime, List.of("start", id));
        }

        public List<String> byHand() {
            return List.of(runtime.program(), "--root=" + Make.STATE, Make.NO_GROUPS, "start", id);
        }

        @Override
        public String title() {
            return "Have " + runtime.name() + " start it, and leave: what it keeps of the container goes too";
        }

        @Override
        public String call() {
            return "execve(%s); exit()".formatted(Text.quoted(arguments()));
        }

        @Override
        public String shell() {
            return String.join(" ", arguments());
        }
    }
}
