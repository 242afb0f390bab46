package io.gantry.cli.network;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.InspectCommand;
import io.gantry.cli.ListCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Listing;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.view.NetworkRequest;
import io.gantry.contracts.view.NetworkView;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gantry networks} alone lists them. */
@Command(
        name = "networks",
        aliases = "network",
        description = "Networks: lists them, or ls, inspect, create, rm.",
        subcommands = {NetworkCommands.List.class, NetworkCommands.Inspect.class, NetworkCommands.Create.class, NetworkCommands.Remove.class})
public final class NetworkCommands extends ListCommand<NetworkView> {
    private static final Listing<NetworkView> NETWORKS = new Listing<>(
            "/networks",
            NetworkView.class,
            NetworkView::name,
            java.util.List.of("NAME", "SUBNET", "ADDRESSES USED", "VNI", "ID"),
            (network, _) -> new Object[] {
                network.name(), network.subnet(), network.used(), network.vni(), network.id().value().substring(0, 12)
            });

    @Override
    protected Listing<NetworkView> listing() {
        return NETWORKS;
    }

    @Command(name = "ls", description = "Lists them.")
    static final class List extends ListCommand<NetworkView> {
        @Override
        protected Listing<NetworkView> listing() {
            return NETWORKS;
        }
    }

    @Command(name = "inspect", description = "Shows all about some.")
    static final class Inspect extends InspectCommand {
        @Override
        protected String path(String name) {
            return "/networks/" + ApiClient.escape(name);
        }
    }

    @Command(name = "create", description = "Makes one; prints its id.")
    static final class Create extends ApiCommand {
        @Option(names = "--subnet", description = "as 10.42.0.0/16; chosen if not given")
        private String subnet;

        @Option(names = {"-l", "--label"}, description = "NAME=VALUE")
        private Map<String, String> labels = new LinkedHashMap<>();

        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            NetworkRequest request = new NetworkRequest(name, subnet == null ? null : Cidr.parse(subnet), labels);
            out.println(api.post("/networks", request, NetworkView.class).id());
            return 0;
        }
    }

    @Command(name = "rm", description = "Removes one that no container is on.")
    static final class Remove extends ApiCommand {
        @Parameters(arity = "1..*", paramLabel = "NAME")
        private java.util.List<String> names;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            for (String name : names) {
                api.delete("/networks/" + ApiClient.escape(name));
                out.println(name);
            }
            return 0;
        }
    }
}
