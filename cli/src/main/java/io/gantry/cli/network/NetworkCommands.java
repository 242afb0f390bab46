package io.gantry.cli.network;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.InspectCommand;
import io.gantry.cli.ListCommand;
import io.gantry.cli.RemoveCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Listing;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.contracts.view.ConnectRequest;
import io.gantry.contracts.view.ContainerView;
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
        description = "Networks: lists them, or ls, inspect, create, connect, disconnect, rm.",
        subcommands = {
            NetworkCommands.List.class, NetworkCommands.Inspect.class, NetworkCommands.Create.class, NetworkCommands.Connect.class, NetworkCommands.Disconnect.class,
            NetworkCommands.Remove.class
        })
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

    @Command(name = "connect", description = "Puts a container on one, as it runs or not.")
    static final class Connect extends ApiCommand {
        @Option(names = "--alias", description = "a further DNS name of it there")
        private java.util.List<String> aliases = java.util.List.of();

        @Option(names = "--ip", paramLabel = "ADDRESS", description = "its address there; any free one by default")
        private String address;

        @Option(names = "--mac-address", paramLabel = "ADDRESS", description = "of its interface there; the one that follows from its address by default")
        private String mac;

        @Parameters(index = "0", paramLabel = "NETWORK")
        private String network;

        @Parameters(index = "1", paramLabel = "CONTAINER")
        private String container;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            ConnectRequest request = new ConnectRequest(aliases, address == null ? null : Ipv4.parse(address), mac == null ? null : MacAddress.parse(mac));
            ContainerView now = api.post(path(container, network), request, ContainerView.class);
            now.endpoints().stream().filter(one -> one.network().equals(network)).forEach(one -> out.println(one.address()));
            return 0;
        }
    }

    @Command(name = "disconnect", description = "Takes a container off one.")
    static final class Disconnect extends ApiCommand {
        @Parameters(index = "0", paramLabel = "NETWORK")
        private String network;

        @Parameters(index = "1", paramLabel = "CONTAINER")
        private String container;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            api.delete(path(container, network));
            return 0;
        }
    }

    private static String path(String container, String network) {
        return "/containers/" + ApiClient.escape(container) + "/networks/" + ApiClient.escape(network);
    }

    @Command(name = "rm", description = "Removes one that no container is on.")
    static final class Remove extends RemoveCommand {
        @Override
        protected String path(String name) {
            return "/networks/" + ApiClient.escape(name);
        }
    }
}
