package io.gantry.agent.plan;

import static io.gantry.agent.plan.Text.quote;

import io.gantry.kernel.capabilities.Capability;
import io.gantry.kernel.process.ResourceLimit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the container's first process does, in its own namespaces, before it becomes the command. */
public sealed interface InsideStep extends Step {
    @Override
    default String where() {
        return "container";
    }

    /** All of it ends with the process and its namespaces. */
    @Override
    default String undo() {
        return "";
    }

    @Override
    default String shell() {
        return "";
    }

    record BecomeRoot() implements InsideStep {
        @Override
        public String title() {
            return "Become user 0 of the new user namespace";
        }

        @Override
        public String call() {
            return "setresgid(0, 0, 0); setgroups(0); setresuid(0, 0, 0)";
        }
    }

    record PrivateMounts() implements InsideStep {
        @Override
        public String title() {
            return "Let no mount pass in or out";
        }

        @Override
        public String call() {
            return "mount(\"/\", MS_REC|MS_PRIVATE)";
        }

        @Override
        public String shell() {
            return "mount --make-rprivate /";
        }
    }

    record Attach(Handle mount, String path, String why) implements InsideStep {
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

    record Pivot(Handle root) implements InsideStep {
        @Override
        public String title() {
            return "Make the overlay the root; from here paths are the container's";
        }

        @Override
        public String call() {
            return "fchdir(%s); pivot_root(\".\", \".\")".formatted(root);
        }

        @Override
        public String shell() {
            return "pivot_root . .";
        }
    }

    record DetachOldRoot() implements InsideStep {
        @Override
        public String title() {
            return "Let go of the host's file systems";
        }

        @Override
        public String call() {
            return "umount2(\".\", MNT_DETACH); chdir(\"/\")";
        }

        @Override
        public String shell() {
            return "umount -l .";
        }
    }

    record MakeFolder(String path, int mode) implements InsideStep {
        @Override
        public String title() {
            return "A place to mount on, if the image has none";
        }

        @Override
        public String call() {
            return "mkdir(\"%s\", 0%o)".formatted(path, mode);
        }

        @Override
        public String shell() {
            return "mkdir -p " + path;
        }
    }

    record MakeFile(String path) implements InsideStep {
        @Override
        public String title() {
            return "A place to mount on, if the image has none";
        }

        @Override
        public String call() {
            return "open(\"%s\", O_CREAT|O_NOFOLLOW)".formatted(path);
        }

        @Override
        public String shell() {
            return "touch " + path;
        }
    }

    record Mount(String source, String target, String type, MountFlags flags, String data, String why) implements InsideStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "mount(\"%s\", \"%s\", \"%s\", %s, \"%s\")".formatted(source, target, type, flags, data);
        }

        @Override
        public String shell() {
            String options = data.isEmpty() ? flags.options() : flags.options() + "," + data;
            return type.isEmpty()
                    ? "mount -o %s %s".formatted(options, target)
                    : "mount -t %s -o %s %s %s".formatted(type, options, source, target);
        }
    }

    record Mask(String path) implements InsideStep {
        @Override
        public String title() {
            return "Hide " + path + ", which tells of the whole host";
        }

        @Override
        public String call() {
            return "mount(\"/dev/null\" or empty tmpfs, \"%s\")".formatted(path);
        }

        @Override
        public String shell() {
            return "mount --bind /dev/null " + path;
        }
    }

    record ReadOnly(String path) implements InsideStep {
        @Override
        public String title() {
            return "Make " + path + " read-only: settings there are the host's";
        }

        @Override
        public String call() {
            return "mount(\"%s\", MS_BIND|MS_REC); mount(MS_REMOUNT|MS_BIND|MS_RDONLY)".formatted(path);
        }

        @Override
        public String shell() {
            return "mount --rbind %s %s; mount -o remount,bind,ro %s".formatted(path, path, path);
        }
    }

    record WriteSetting(String path, String content, String why) implements InsideStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "write(\"%s\", \"%s\")".formatted(path, content);
        }

        @Override
        public String shell() {
            return "echo %s > %s".formatted(content, path);
        }
    }

    record SetHostname(String hostname) implements InsideStep {
        @Override
        public String title() {
            return "Name the host " + hostname;
        }

        @Override
        public String call() {
            return "sethostname(\"%s\")".formatted(hostname);
        }

        @Override
        public String shell() {
            return "hostname " + hostname;
        }
    }

    record RaiseLoopback() implements InsideStep {
        @Override
        public String title() {
            return "Raise the loopback interface";
        }

        @Override
        public String call() {
            return "ioctl(SIOCSIFFLAGS, \"lo\", IFF_UP)";
        }

        @Override
        public String shell() {
            return "ip link set lo up";
        }
    }

    record Limit(ResourceLimit resource, long soft, long hard) implements InsideStep {
        @Override
        public String title() {
            return "Limit " + resource + " of each process";
        }

        @Override
        public String call() {
            return "setrlimit(RLIMIT_%s, %d, %d)".formatted(resource, soft, hard);
        }

        @Override
        public String shell() {
            return resource == ResourceLimit.NOFILE ? "ulimit -Sn %d -Hn %d".formatted(soft, hard) : "ulimit -c " + soft;
        }
    }

    record ForkInit() implements InsideStep {
        @Override
        public String title() {
            return "Stay as process 1, to forward signals and reap orphans; the command is its child";
        }

        @Override
        public String call() {
            return "fork(); process 1: capset(KILL), prctl(PR_SET_DUMPABLE, 0), sigwaitinfo()";
        }
    }

    record OpenStreams(boolean stdin) implements InsideStep {
        @Override
        public String title() {
            return "Pipes for output and errors" + (stdin ? " and input" : "; input is /dev/null") + ", their other ends to the monitor";
        }

        @Override
        public String call() {
            return "setsid(); pipe2(); fchown(user); sendmsg(SCM_RIGHTS); dup2(0, 1, 2)";
        }
    }

    record OpenTerminal() implements InsideStep {
        @Override
        public String title() {
            return "A pseudo-terminal of the container's own devpts, its master to the monitor";
        }

        @Override
        public String call() {
            return "open(\"/dev/pts/ptmx\"); ioctl(TIOCGPTPEER); setsid(); ioctl(TIOCSCTTY); sendmsg(SCM_RIGHTS)";
        }
    }

    record KeepBounding(Set<Capability> kept) implements InsideStep {
        @Override
        public String title() {
            return "Nothing started from here can ever have more capabilities than these";
        }

        @Override
        public String call() {
            return "prctl(PR_CAPBSET_DROP, all but %s)".formatted(list(kept));
        }

        @Override
        public String shell() {
            return "setpriv --bounding-set -all," + kept.stream().sorted().map(c -> "+" + c.name().toLowerCase(java.util.Locale.ROOT)).collect(Collectors.joining(","));
        }
    }

    record SetCapabilities(Set<Capability> set) implements InsideStep {
        @Override
        public String title() {
            return "Keep these capabilities, all within the container's user namespace";
        }

        @Override
        public String call() {
            return "capset(permitted = effective = %s)".formatted(list(set));
        }
    }

    record NoNewPrivileges() implements InsideStep {
        @Override
        public String title() {
            return "No program gains privileges by being executed";
        }

        @Override
        public String call() {
            return "prctl(PR_SET_NO_NEW_PRIVS, 1)";
        }

        @Override
        public String shell() {
            return "setpriv --no-new-privs";
        }
    }

    record EnterFolder(String path) implements InsideStep {
        @Override
        public String title() {
            return "Work in " + path;
        }

        @Override
        public String call() {
            return "mkdir, chdir(\"%s\")".formatted(path);
        }

        @Override
        public String shell() {
            return "cd " + path;
        }
    }

    /** @param user as {@link HostStep.ResolveUser} found it */
    record BecomeUser(String user) implements InsideStep {
        @Override
        public String title() {
            return "Become user " + (user.isEmpty() ? "0" : user);
        }

        @Override
        public String call() {
            return "setgroups(…); setresgid(%1$s); setresuid(%1$s)".formatted(user.isEmpty() ? "0" : user);
        }
    }

    /** @param filter instructions as the kernel takes them, 8 bytes each */
    record Seccomp(String profile, byte[] filter) implements InsideStep {
        @Override
        public String title() {
            return "Allow only the system calls of the profile '" + profile + "'";
        }

        @Override
        public String call() {
            return "seccomp(SECCOMP_SET_MODE_FILTER, %d instructions)".formatted(filter.length / 8);
        }
    }

    record Execute(List<String> arguments, Map<String, String> environment) implements InsideStep {
        @Override
        public String title() {
            return "Become the command";
        }

        @Override
        public String call() {
            return "execve(%s, %d environment entries)"
                    .formatted(arguments.stream().map(Text::quote).collect(Collectors.joining(", ")), environment.size());
        }

        @Override
        public String shell() {
            return "exec env -i %s %s"
                    .formatted(
                            new TreeMap<>(environment).keySet().stream().map(k -> k + "=…").collect(Collectors.joining(" ")),
                            arguments.stream().map(Text::quote).collect(Collectors.joining(" ")));
        }
    }

    private static String list(Set<Capability> set) {
        return set.stream().sorted().map(Enum::name).collect(Collectors.joining("|"));
    }
}
