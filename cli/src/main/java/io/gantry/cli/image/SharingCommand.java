package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Readable;
import io.gantry.cli.output.Table;
import io.gantry.contracts.view.NodeWire;
import io.gantry.contracts.view.RegistrySharing;
import io.gantry.contracts.view.SharingView;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code gantry image sharing}. */
@Command(name = "sharing", description = "Says what sharing of layers saves: room on the registry's disk, and bytes on the wire.")
final class SharingCommand extends ApiCommand {
    @Mixin private Readable readable;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        readable.print(out, api.get("/sharing", SharingView.class), SharingCommand::page);
        return 0;
    }

    private static String page(SharingView sharing) {
        RegistrySharing.Disk disk = sharing.registry().disk();
        RegistrySharing.Wire wire = sharing.registry().wire();
        StringBuilder page = new StringBuilder();
        page.append(String.format(Locale.ROOT, "disk      %d images take %s; without sharing %s: %s saved%n", disk.images(), disk.stored(), disk.referenced(), disk.saved()));
        page.append(String.format(Locale.ROOT, "registry  since %s %s pushed, %s pulled, %s sent to other registries: %s saved%n", wire.since(), wire.pushed(), wire.pulled(), wire.sent(), wire.saved()));
        page.append(String.format(
                Locale.ROOT, "          mounted %s, of pulls here already %s, by mirrors %s, resumed %s, there already %s%n", wire.mounted(), wire.present(), wire.cached(), wire.resumed(), wire.there()));
        Table nodes = new Table("NODE", "FROM REGISTRY", "FROM NODES", "TO NODES", "HERE ALREADY", "RESUMED", "SAVED", "SINCE");
        for (SharingView.Node node : sharing.nodes()) {
            if (node.wire() == null) {
                nodes.row(node.name(), "?", "?", "?", "?", "?", "?", "doesn't answer");
            } else {
                row(nodes, node.name(), node.wire());
            }
        }
        row(nodes, "all", sharing.all());
        return page.append('\n').append(nodes).toString();
    }

    private static void row(Table nodes, String name, NodeWire wire) {
        nodes.row(name, wire.fromRegistry(), wire.fromNodes(), wire.toNodes(), wire.present(), wire.resumed(), wire.saved(), wire.since());
    }
}
