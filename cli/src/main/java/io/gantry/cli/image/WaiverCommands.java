package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.ListCommand;
import io.gantry.cli.RemoveCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.container.DurationText;
import io.gantry.cli.output.Listing;
import io.gantry.contracts.view.WaiverRequest;
import io.gantry.contracts.view.WaiverView;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gantry image waiver}. */
@Command(
        name = "waiver",
        description = "Lists images that are let in for a time although they break a rule; add, rm.",
        subcommands = {WaiverCommands.Add.class, WaiverCommands.Remove.class})
final class WaiverCommands extends ListCommand<WaiverView> {
    private static final Listing<WaiverView> WAIVERS = new Listing<>(
            "/image-waivers",
            WaiverView.class,
            WaiverView::id,
            List.of("ID", "RULE", "IMAGES", "UNTIL", "BY", "REASON"),
            (one, _) -> new Object[] {one.id(), one.rule(), one.images(), one.until() + (one.expired() ? " (expired)" : ""), one.by(), one.reason()});

    @Override
    protected Listing<WaiverView> listing() {
        return WAIVERS;
    }

    @Command(name = "add", description = "Lets images in for a time, at most 90 days.")
    static final class Add extends ApiCommand {
        @Option(names = "--for", required = true, paramLabel = "TIME", description = "as 7d")
        private String lasts;

        @Option(names = "--reason", required = true, paramLabel = "WHY", description = "for those who read it later")
        private String reason;

        @Parameters(index = "0", paramLabel = "RULE")
        private String rule;

        @Parameters(index = "1", paramLabel = "IMAGES", description = "a repository, a digest, or repository@digest")
        private String images;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            WaiverRequest request = new WaiverRequest(rule, images, reason, null, DurationText.parse("--for", lasts));
            out.println(api.post("/image-waivers", request, WaiverView.class).id());
            return 0;
        }
    }

    @Command(name = "rm", description = "Takes some back.")
    static final class Remove extends RemoveCommand {
        @Override
        protected String path(String name) {
            return "/image-waivers/" + ApiClient.escape(name);
        }
    }
}
