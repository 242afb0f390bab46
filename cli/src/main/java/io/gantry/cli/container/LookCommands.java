package io.gantry.cli.container;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.ApiCommand;
import io.gantry.cli.InspectCommand;
import io.gantry.cli.ListCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Document;
import io.gantry.cli.output.Listing;
import io.gantry.cli.output.Output;
import io.gantry.cli.output.Screen;
import io.gantry.contracts.link.DetachKeys;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.view.ContainerProcess;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.IsolationView;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What shows containers. */
public final class LookCommands {
    private LookCommands() {}

    @Command(name = "ps", description = "Lists containers.")
    public static final class Ps extends ListCommand<JsonNode> {
        @Option(names = {"-a", "--all"}, description = "those that don't run, too")
        private boolean all;

        @Option(names = {"-q", "--quiet"}, description = "their ids alone")
        private boolean quiet;

        @Override
        protected Listing<JsonNode> listing() {
            return new Listing<>(
                    Containers.all(all),
                    JsonNode.class,
                    container -> container.path("name").asText(),
                    List.of("ID", "NAME", "IMAGE", "STATE", "READY", "NODE", "ADDRESS", "PORTS", "AGE"),
                    (container, now) -> new ContainerLine(container, now).cells());
        }

        @Override
        protected String text(Listing<JsonNode> listing, List<JsonNode> items, Screen screen) {
            return quiet ? items.stream().map(one -> ContainerLine.shortId(one) + "\n").collect(Collectors.joining()) : super.text(listing, items, screen);
        }
    }

    @Command(name = "inspect", description = "Shows all about containers.")
    public static final class Inspect extends InspectCommand {
        @Override
        protected String path(String reference) {
            return Containers.path(reference);
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

    @Command(name = "port", description = "Prints where the ports of a container are published.")
    public static final class Port extends ApiCommand {
        @Parameters(index = "0", paramLabel = "CONTAINER")
        private String reference;

        @Parameters(index = "1", arity = "0..1", paramLabel = "PORT", description = "as 80 or 53/udp: this one alone")
        private String asked;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            ContainerView container = new Containers(api).find(reference);
            List<PortPublish> ports = container.endpoint() == null || container.endpoint().ports() == null ? List.of() : container.endpoint().ports();
            List<PortPublish> shown = asked == null ? ports : ports.stream().filter(port -> PublishedPort.inside(port).equals(asked.contains("/") ? asked : asked + "/tcp")).toList();
            if (asked != null && shown.isEmpty()) {
                throw new IllegalArgumentException("port " + asked + " of " + container.name() + " isn't published" + (ports.isEmpty() ? "" : "; these are: " + PublishedPort.show(ports)));
            }
            shown.forEach(port -> out.println(asked == null ? PublishedPort.inside(port) + " -> " + PublishedPort.outside(port) : PublishedPort.outside(port)));
            return 0;
        }
    }

    @Command(name = "top", description = "Lists the processes of a running container.")
    public static final class Top extends ApiCommand {
        @Mixin private Output output;

        @Parameters(paramLabel = "CONTAINER")
        private String reference;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            Listing<ContainerProcess> processes = new Listing<>(
                    Containers.path(reference) + "/processes",
                    ContainerProcess.class,
                    process -> Integer.toString(process.pid()),
                    List.of("PID", "NODE PID", "USER", "STATE", "CPU", "MEMORY", "TERMINAL", "COMMAND"),
                    (process, _) -> new Object[] {
                        process.pid(), process.nodePid(), process.user(), process.state(), process.cpuPercent() + " %",
                        StatsCommand.bytes(process.residentBytes()), process.terminal(), process.command()
                    });
            out.print(output.text(processes, api.list(processes.path(), processes.type()), Screen.of(environment())));
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
                Document.printJson(out, explanation);
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
