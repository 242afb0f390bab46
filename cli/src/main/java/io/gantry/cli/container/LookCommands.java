package io.gantry.cli.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Ago;
import io.gantry.cli.output.Output;
import io.gantry.cli.output.Table;
import io.gantry.contracts.link.DetachKeys;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.view.ContainerProcess;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.IsolationView;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What shows containers. */
public final class LookCommands {
    private LookCommands() {}

    @Command(name = "ps", description = "Lists containers.")
    public static final class Ps extends ApiCommand {
        @Option(names = {"-a", "--all"}, description = "those that don't run, too")
        private boolean all;

        @Option(names = {"-q", "--quiet"}, description = "their ids alone")
        private boolean quiet;

        @Mixin private Output output;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            Instant now = Instant.now();
            List<ContainerView> found = new Containers(api).list(all);
            if (quiet) {
                found.forEach(container -> out.println(container.id().value().substring(0, 12)));
                return 0;
            }
            output.list(
                    out,
                    found,
                    ContainerView::name,
                    new Table("ID", "NAME", "IMAGE", "STATE", "READY", "NODE", "ADDRESS", "PORTS", "AGE"),
                    c -> new Object[] {
                        c.id().value().substring(0, 12), c.name(), c.spec().image(), state(c, now), c.ready() ? "yes" : "no",
                        c.node() == null ? null : c.node().name(), c.endpoint() == null ? null : c.endpoint().address(),
                        ports(c), Ago.since(c.createdAt(), now)
                    });
            return 0;
        }

        private static String state(ContainerView container, Instant now) {
            String word = container.state().name().toLowerCase(Locale.ROOT);
            return switch (container.state()) {
                case EXITED -> word + " (" + container.exitCode() + (container.outOfMemory() == null ? "" : ", out of memory") + ")" + Ends.loop(container, now);
                case FAILED -> word + (container.failure() == null ? "" : " (" + container.failure().step() + ")") + Ends.loop(container, now);
                case PREPARING -> word + (container.failure() == null ? "" : " (" + container.failure().step() + ")");
                case RUNNING -> word + (container.health() == null ? "" : " (" + container.health().status().name().toLowerCase(Locale.ROOT) + ")")
                        + (container.sharedMemory() == null ? "" : ", /dev/shm nearly full");
                default -> word;
            };
        }

        private static String ports(ContainerView container) {
            return container.endpoint() == null || container.endpoint().ports() == null
                    ? ""
                    : PublishedPort.show(container.endpoint().ports());
        }
    }

    @Command(name = "inspect", description = "Shows all about containers, each as JSON.")
    public static final class Inspect extends ApiCommand {
        @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "name, id or the beginning of an id")
        private List<String> references;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            references.forEach(reference -> Output.json(out, api.get(Containers.path(reference), JsonNode.class)));
            return 0;
        }
    }

    @Command(name = "logs", description = "Prints what a container wrote.")
    public static final class Logs extends ApiCommand {
        @Option(names = {"-f", "--follow"}, description = "go on until it ends")
        private boolean follow;

        @Option(names = {"-n", "--tail"}, description = "only the last so many lines")
        private Integer tail;

        @Option(names = "--since", description = "only what was written after: 2026-01-31T12:00:00Z, or 10m for ten minutes ago")
        private String since;

        @Option(names = "--until", description = "only what was written before")
        private String until;

        @Option(names = {"-t", "--timestamps"}, description = "with the time of each line")
        private boolean timestamps;

        @Parameters(paramLabel = "CONTAINER")
        private String reference;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            Instant now = Instant.now();
            String query = "?follow=" + follow + "&timestamps=" + timestamps + (tail == null ? "" : "&tail=" + tail)
                    + time("since", since, now) + time("until", until, now);
            try (InputStream lines = api.stream(Containers.path(reference) + "/logs" + query)) {
                lines.transferTo(System.out);
                System.out.flush();
            }
            return 0;
        }
    }

    /** @param text a time, or how long ago; {@code null} is none */
    private static String time(String name, String text, Instant now) {
        if (text == null) {
            return "";
        }
        try {
            Instant at = text.contains("T") ? Instant.parse(text) : now.minus(DurationText.parse("--" + name, text));
            return "&" + name + "=" + ApiClient.escape(at.toString());
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("--" + name + " " + text + " is not a time; write 2026-01-31T12:00:00Z, or 10m for ten minutes ago", e);
        }
    }

    @Command(name = "attach", description = "Ties this terminal to a running container.")
    public static final class Attach extends ApiCommand {
        @Option(names = "--detach-keys", defaultValue = DetachKeys.USUAL, description = "typed at a terminal they end this command, not the container; ${DEFAULT-VALUE} by default")
        private String detachKeys;

        @Option(names = "--no-stdin", description = "only watch")
        private boolean watch;

        @Parameters(paramLabel = "CONTAINER")
        private String reference;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            Containers containers = new Containers(api);
            ContainerView container = containers.find(reference);
            DetachKeys keys = DetachKeys.parse(detachKeys);
            boolean input = container.spec().stdin() && !watch;
            boolean tty = container.spec().tty();
            try (Session session = Session.open(api, Containers.attach(container.id().value(), input), tty)) {
                session.leavingBy(tty ? keys : null);
                if (input) {
                    session.passInput();
                }
                session.awaitEnd();
                if (session.detached()) {
                    return 0;
                }
            }
            return containers.await(container.id().value());
        }
    }

    @Command(name = "top", description = "Lists the processes of a running container.")
    public static final class Top extends ApiCommand {
        @Mixin private Output output;

        @Parameters(paramLabel = "CONTAINER")
        private String reference;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            output.list(
                    out,
                    api.list(Containers.path(reference) + "/processes", ContainerProcess.class),
                    process -> Integer.toString(process.pid()),
                    new Table("PID", "NODE PID", "USER", "STATE", "CPU", "MEMORY", "TERMINAL", "COMMAND"),
                    process -> new Object[] {
                        process.pid(), process.nodePid(), process.user(), process.state(), process.cpuPercent() + " %",
                        StatsCommand.bytes(process.residentBytes()), process.terminal(), process.command()
                    });
            return 0;
        }
    }

    @Command(name = "explain", description = "Shows the Linux operations that made a container, in order.")
    public static final class Explain extends ApiCommand {
        @Option(names = "--json", description = "as JSON")
        private boolean json;

        @Option(names = "--script", description = "as a bash script that makes the same by hand, once this one is stopped or beside it under other names")
        private boolean script;

        @Parameters(paramLabel = "CONTAINER")
        private String reference;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            if (script) {
                out.print(api.text(Containers.path(reference) + "/explain?format=script"));
                return 0;
            }
            JsonNode explanation = api.get(Containers.path(reference) + "/explain", JsonNode.class);
            if (json) {
                Output.json(out, explanation);
            } else {
                out.print(Story.of(explanation));
                ContainerView now = new Containers(api).find(reference);
                out.print(Ends.all(now.ends()));
                out.print(full(now.sharedMemory()));
                if (now.pid() != null) {
                    out.print(IsolationCommand.drift(api.get(Containers.path(reference) + "/isolation", IsolationView.class)));
                }
            }
            return 0;
        }

        private static String full(Observed.Filled memory) {
            return memory == null
                    ? ""
                    : "%n/dev/shm is nearly full since %s: %s of %s; a larger one is made with --shm-size%n".formatted(memory.at(), memory.used(), memory.size());
        }
    }
}
