package io.gantry.cli.network;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Output;
import io.gantry.cli.output.Table;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.view.NetworkRequest;
import io.gantry.contracts.view.NetworkView;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gantry networks} alone lists them. */
@Command(
        name = "networks",
        aliases = "network",
        description = "Networks: lists them, or ls, create, rm.",
        subcommands = {NetworkCommands.List.class, NetworkCommands.Create.class, NetworkCommands.Remove.class})
public final class NetworkCommands extends ApiCommand {
    @Mixin private Output output;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        return list(api, out, output);
    }

    private static int list(ApiClient api, PrintWriter out, Output output) {
        output.list(
                out,
                api.list("/networks", NetworkView.class),
                NetworkView::name,
                new Table("NAME", "SUBNET", "ADDRESSES USED", "VNI", "ID"),
                network -> new Object[] {
                    network.name(), network.subnet(), network.used(), network.vni(), network.id().value().substring(0, 12)
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
