package io.gantry.cli.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Ago;
import io.gantry.cli.output.Output;
import io.gantry.cli.output.Table;
import io.gantry.contracts.view.JoinToken;
import io.gantry.contracts.view.NodeView;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code gantry nodes} alone lists them. */
@Command(
        name = "nodes",
        aliases = "node",
        description = "The machines: lists them, or ls, inspect, drain, resume, rm, token.",
        subcommands = {
            NodeCommands.List.class,
            NodeCommands.Inspect.class,
            NodeCommands.Drain.class,
            NodeCommands.Resume.class,
            NodeCommands.Remove.class,
            NodeCommands.Token.class
        })
public final class NodeCommands extends ApiCommand {
    @Mixin private Output output;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        return list(api, out, output);
    }

    private static int list(ApiClient api, PrintWriter out, Output output) {
        Instant now = Instant.now();
        output.list(
                out,
                api.list("/nodes", NodeView.class),
                NodeView::name,
                new Table("NAME", "STATE", "ADDRESS", "CPU", "MEMORY", "CONTAINERS", "KERNEL", "SEEN"),
                node -> new Object[] {
                    node.name(), node.state().name().toLowerCase(Locale.ROOT), node.address(), node.requestedCpu() + " of " + node.cpu(),
                    node.requestedMemory() + " of " + node.memory(), node.containers(), node.kernel(), Ago.since(node.lastSeen(), now)
                });
        return 0;
    }

    @Command(name = "ls", description = "Lists them.")
    static final class List extends ApiCommand {
        @Mixin private Output output;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            return list(api, out, output);
        }
    }

    @Command(name = "inspect", description = "Shows all about one, as JSON.")
    static final class Inspect extends ApiCommand {
        @Parameters(paramLabel = "NODE")
        private String node;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            Output.json(out, api.get(path(node), JsonNode.class));
            return 0;
        }
    }

    @Command(name = "drain", description = "Moves its replicas elsewhere and gives it no more.")
    static final class Drain extends ApiCommand {
        @Parameters(paramLabel = "NODE")
        private String node;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            api.post(path(node) + "/drain", null);
            return 0;
        }
    }

    @Command(name = "resume", description = "Gives it containers again.")
    static final class Resume extends ApiCommand {
        @Parameters(paramLabel = "NODE")
        private String node;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            api.post(path(node) + "/resume", null);
            return 0;
        }
    }

    @Command(name = "rm", description = "Forgets one that is lost and won't come back.")
    static final class Remove extends ApiCommand {
        @Parameters(paramLabel = "NODE")
        private String node;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            api.delete(path(node));
            out.println(node);
            return 0;
        }
    }

    @Command(name = "token", description = "Prints a token that lets one machine join, once.")
    static final class Token extends ApiCommand {
        @Override
        protected int run(ApiClient api, PrintWriter out) {
            out.println(api.post("/join-tokens", null, JoinToken.class).token());
            return 0;
        }
    }

    private static String path(String node) {
        return "/nodes/" + ApiClient.escape(node);
    }
}
