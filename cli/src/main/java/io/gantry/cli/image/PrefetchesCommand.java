package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.ListCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Ago;
import io.gantry.cli.output.Listing;
import io.gantry.contracts.view.PrefetchView;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code gantry image prefetches} alone lists them. */
@Command(name = "prefetches", description = "What nodes shall have ahead because somebody asked for it: lists it, or rm.", subcommands = PrefetchesCommand.Remove.class)
final class PrefetchesCommand extends ListCommand<PrefetchView> {
    private static final Listing<PrefetchView> PREFETCHES = new Listing<>(
            "/prefetches",
            PrefetchView.class,
            view -> view.id().value(),
            List.of("ID", "IMAGE", "AGE", "UNTIL", "NODES"),
            (view, now) -> new Object[] {
                view.id(), view.image(), Ago.since(view.createdAt(), now), view.until(),
                view.nodes().stream().map(node -> node.name() + ": " + PrefetchCommand.words(node)).collect(Collectors.joining(", "))
            });

    @Override
    protected Listing<PrefetchView> listing() {
        return PREFETCHES;
    }

    @Command(name = "rm", description = "Nodes needn't have it any more.")
    static final class Remove extends ApiCommand {
        @Parameters(arity = "1..*", paramLabel = "ID")
        private List<String> ids;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            for (String id : ids) {
                api.delete(PrefetchCommand.path(id));
                out.println(id);
            }
            return 0;
        }
    }
}
