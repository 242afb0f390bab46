package io.gantry.agent.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** From the first process to the command: its parent, its streams, its folder, itself. */
public sealed interface CommandStep extends InsideStep {
    record ForkInit() implements CommandStep {
        @Override
        public String title() {
            return "Stay as process 1, to forward signals and reap orphans; the command is its child";
        }

        @Override
        public String call() {
            return "fork(); process 1: capset(KILL), prctl(PR_SET_DUMPABLE, 0), sigwaitinfo()";
        }
    }

    record OpenStreams(boolean stdin) implements CommandStep {
        @Override
        public String title() {
            return "Pipes for output and errors" + (stdin ? " and input" : "; input is /dev/null") + ", their other ends to the monitor";
        }

        @Override
        public String call() {
            return "setsid(); pipe2(); fchown(user); sendmsg(SCM_RIGHTS); dup2(0, 1, 2)";
        }
    }

    /** @param size as far as it was said before; the command finds it from its beginning */
    record OpenTerminal(Optional<TerminalSize> size) implements CommandStep {
        @Override
        public String title() {
            String sized = size.map(said -> " of %d rows and %d columns".formatted(said.rows(), said.columns())).orElse("");
            return "A pseudo-terminal%s of the container's own devpts, its master to the monitor".formatted(sized);
        }

        @Override
        public String call() {
            return "open(\"/dev/pts/ptmx\"); ioctl(TIOCGPTPEER); setsid(); ioctl(TIOCSCTTY); %ssendmsg(SCM_RIGHTS)"
                    .formatted(size.isPresent() ? "ioctl(TIOCSWINSZ); " : "");
        }
    }

    /** @param made what is missing of it is made: where a container begins, not where a further command does */
    record EnterFolder(String path, boolean made) implements CommandStep {
        @Override
        public String title() {
            return "Work in " + path;
        }

        @Override
        public String call() {
            return (made ? "mkdir, chdir(\"%s\")" : "chdir(\"%s\")").formatted(path);
        }

        @Override
        public String shell() {
            return "cd " + path;
        }
    }

    /** @param secrets further variables, with the files that their values are in */
    record Execute(List<String> arguments, Map<String, String> environment, Map<String, KeptFile> secrets) implements CommandStep {
        public Execute(List<String> arguments, Map<String, String> environment) {
            this(arguments, environment, Map.of());
        }

        @Override
        public String title() {
            return "Become the command";
        }

        @Override
        public String call() {
            return "execve(%s, %d environment entries)"
                    .formatted(Text.quoted(arguments), names().count());
        }

        @Override
        public String shell() {
            return "exec env -i %s %s"
                    .formatted(
                            names().sorted().map(k -> k + "=…").collect(Collectors.joining(" ")),
                            arguments.stream().map(Text::quote).collect(Collectors.joining(" ")));
        }

        private Stream<String> names() {
            return Stream.concat(environment.keySet().stream(), secrets.keySet().stream()).distinct();
        }
    }
}
