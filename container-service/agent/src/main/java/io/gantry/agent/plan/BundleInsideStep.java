package io.gantry.agent.plan;

import io.gantry.contracts.unit.Capability;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What only a bundle's first process does; {@code launcher/bundle.c}. */
public sealed interface BundleInsideStep extends InsideStep {
    record ChangeMount(String path, MountChange change, String why) implements BundleInsideStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "mount_setattr(\"%s\", %s)".formatted(path, change);
        }
    }

    record MakePlace(String path, boolean file) implements BundleInsideStep {
        @Override
        public String title() {
            return "A place to mount on, if there is none";
        }

        @Override
        public String call() {
            return file ? "mkdir(…); open(\"%s\", O_CREAT)".formatted(path) : "mkdir(…, \"%s\")".formatted(path);
        }

        @Override
        public String shell() {
            return file ? "mkdir -p $(dirname %1$s); touch %1$s".formatted(path) : "mkdir -p " + path;
        }
    }

    /** Follows links, which lead nowhere but in the container. */
    record AttachAt(Handle mount, String path, String why) implements BundleInsideStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "move_mount(%s, \"%s\")".formatted(mount, path);
        }

        @Override
        public String shell() {
            return "mount --move %s %s".formatted(mount.name(), path);
        }
    }

    /** Keeps what else is said of the mount it lies on. */
    record MakeReadOnly(String path) implements BundleInsideStep {
        @Override
        public String title() {
            return "Make " + path + " read-only, if it is there";
        }

        @Override
        public String call() {
            return "mount(\"%s\", MS_BIND|MS_REC); mount_setattr(+RDONLY)".formatted(path);
        }

        @Override
        public String shell() {
            return "mount --rbind %1$s %1$s; mount -o remount,bind,ro %1$s".formatted(path);
        }
    }

    /** @param type {@code c}, {@code b} or {@code p} */
    record MakeNode(String path, char type, int major, int minor, int mode, int uid, int gid) implements BundleInsideStep {
        @Override
        public String title() {
            return "Make " + path;
        }

        @Override
        public String call() {
            return "mknod(\"%s\", %c 0%o, %d:%d); chown(%d, %d)".formatted(path, type, mode, major, minor, uid, gid);
        }

        @Override
        public String shell() {
            return "mknod -m %o %s %c%s".formatted(mode, path, type, type == 'p' ? "" : " " + major + " " + minor);
        }
    }

    record MakeLink(String target, String path) implements BundleInsideStep {
        @Override
        public String title() {
            return "Let %s lead to %s".formatted(path, target);
        }

        @Override
        public String call() {
            return "symlink(\"%s\", \"%s\")".formatted(target, path);
        }

        @Override
        public String shell() {
            return "ln -s %s %s".formatted(target, path);
        }
    }

    /** @param owner of those that are pipes or terminals, so that programs can open them by name */
    record TakeStreams(List<Handle> streams, int owner) implements BundleInsideStep {
        public TakeStreams {
            streams = List.copyOf(streams);
        }

        @Override
        public String title() {
            return "Read and write where this command was told to";
        }

        @Override
        public String call() {
            return "setsid(); fchown(%d); dup2(%s)".formatted(owner, streams);
        }
    }

    /**
     * @param rows and {@code columns}: 0 leaves the size
     * @param further of a further command, which doesn't become {@code /dev/console}
     */
    record SendTerminal(Handle to, int owner, int rows, int columns, boolean further) implements BundleInsideStep {
        @Override
        public String title() {
            return "A pseudo-terminal of the container's own devpts; its other end to who dialled for it";
        }

        @Override
        public String call() {
            return "open(\"/dev/pts/ptmx\"); ioctl(TIOCGPTPEER); setsid(); ioctl(TIOCSCTTY); sendmsg(%s, SCM_RIGHTS)".formatted(to);
        }
    }

    record SetUmask(int mask) implements BundleInsideStep {
        @Override
        public String title() {
            return "Files it makes lack these bits";
        }

        @Override
        public String call() {
            return "umask(0%o)".formatted(mask);
        }

        @Override
        public String shell() {
            return "umask %o".formatted(mask);
        }
    }

    /** By numbers; keeps its capabilities as far as {@link SetCapabilities} leaves them. */
    record BecomeNumbers(int uid, int gid, List<Integer> groups) implements BundleInsideStep {
        public BecomeNumbers {
            groups = List.copyOf(groups);
        }

        @Override
        public String title() {
            return "Become user %d of group %d".formatted(uid, gid);
        }

        @Override
        public String call() {
            return "prctl(PR_SET_KEEPCAPS); setgroups(%s); setresgid(%d); setresuid(%d)".formatted(groups, gid, uid);
        }
    }

    record SetCapabilities(Set<Capability> permitted, Set<Capability> effective, Set<Capability> inheritable, Set<Capability> ambient)
            implements BundleInsideStep {
        @Override
        public String title() {
            return "Have these capabilities and no others";
        }

        @Override
        public String call() {
            return "capset(permitted = %s, effective = %s, inheritable = %s); prctl(PR_CAP_AMBIENT, %s)"
                    .formatted(list(permitted), list(effective), list(inheritable), list(ambient));
        }

        private static String list(Set<Capability> set) {
            return set.stream().sorted().map(Enum::name).collect(Collectors.joining("|"));
        }
    }

    record FindProgram(List<String> arguments, Map<String, String> environment) implements BundleInsideStep {
        public FindProgram {
            arguments = List.copyOf(arguments);
        }

        @Override
        public String title() {
            return "See that the program is there, before anybody is told that all is ready";
        }

        @Override
        public String call() {
            return "stat, faccessat(%s, X_OK) along PATH".formatted(Text.quote(arguments.getFirst()));
        }

        @Override
        public String shell() {
            return "command -v " + arguments.getFirst();
        }
    }

    record AwaitStart(Handle listening) implements BundleInsideStep {
        @Override
        public String title() {
            return "Tell that all is ready, and wait for the word to start";
        }

        @Override
        public String call() {
            return "close(failure pipe); accept(%s)".formatted(listening);
        }
    }
}
