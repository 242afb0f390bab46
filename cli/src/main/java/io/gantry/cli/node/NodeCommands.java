package io.gantry.cli.node;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.InspectCommand;
import io.gantry.cli.ListCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Ago;
import io.gantry.cli.output.Listing;
import io.gantry.cli.output.Tint;
import io.gantry.contracts.view.JoinToken;
import io.gantry.contracts.view.NodeView;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
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
public final class NodeCommands extends ListCommand<NodeView> {
    private static final Listing<NodeView> NODES = new Listing<>(
            "/nodes",
            NodeView.class,
            NodeView::name,
            java.util.List.of("NAME", "STATE", "ADDRESS", "CPU", "MEMORY", "CONTAINERS", "KERNEL", "SEEN"),
            (node, now) -> new Object[] {
                node.name(), state(node), node.address(), node.requestedCpu() + " of " + node.cpu(),
                node.requestedMemory() + " of " + node.memory(), node.containers(), node.kernel(), Ago.since(node.lastSeen(), now)
            });

    @Override
    protected Listing<NodeView> listing() {
        return NODES;
    }

    private static Tint state(NodeView node) {
        String word = node.state().name().toLowerCase(Locale.ROOT);
        return switch (node.state()) {
            case READY -> Tint.good(word);
            case LOST -> Tint.bad(word);
            default -> Tint.uneasy(word);
        };
    }

    @Command(name = "ls", description = "Lists them.")
    static final class List extends ListCommand<NodeView> {
        @Override
        protected Listing<NodeView> listing() {
            return NODES;
        }
    }

    @Command(name = "inspect", description = "Shows all about some.")
    static final class Inspect extends InspectCommand {
        @Override
        protected String path(String node) {
            return NodeCommands.path(node);
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
