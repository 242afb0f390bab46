package io.gantry.cli.rule;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.InspectCommand;
import io.gantry.cli.ListCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Ago;
import io.gantry.cli.output.Listing;
import io.gantry.contracts.spec.RuleSpec;
import io.gantry.contracts.view.RuleRequest;
import io.gantry.contracts.view.RuleView;
import java.io.PrintWriter;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gantry rule} alone lists them. */
@Command(
        name = "rule",
        aliases = "rules",
        description = "When something happens, do something: lists rules, or add, ls, inspect, rm.",
        subcommands = {RuleCommands.Add.class, RuleCommands.List.class, RuleCommands.Inspect.class, RuleCommands.Remove.class})
public final class RuleCommands extends ListCommand<RuleView> {
    private static final Listing<RuleView> RULES = new Listing<>(
            "/rules",
            RuleView.class,
            RuleView::name,
            java.util.List.of("NAME", "WHEN", "THEN", "LAST RUN"),
            (rule, now) -> new Object[] {rule.name(), when(rule.spec().when()), then(rule.spec().then()), lastRun(rule, now)});

    @Override
    protected Listing<RuleView> listing() {
        return RULES;
    }

    private static String when(RuleSpec.When when) {
        return switch (when) {
            case RuleSpec.When.ImageTagged(var image) -> image + " is pushed";
        };
    }

    private static String then(RuleSpec.Then then) {
        return switch (then) {
            case RuleSpec.Then.RollOut(var deployment) ->
                    "roll out " + (deployment == null ? "every deployment of it" : deployment);
        };
    }

    private static String lastRun(RuleView rule, Instant now) {
        return rule.runs() == null || rule.runs().isEmpty()
                ? "never"
                : Ago.since(rule.runs().getFirst().at(), now) + " ago: " + rule.runs().getFirst().outcome();
    }

    @Command(name = "ls", description = "Lists them with their latest run.")
    static final class List extends ListCommand<RuleView> {
        @Override
        protected Listing<RuleView> listing() {
            return RULES;
        }
    }

    @Command(name = "inspect", description = "Shows all about some, with their runs.")
    static final class Inspect extends InspectCommand {
        @Override
        protected String path(String name) {
            return "/rules/" + ApiClient.escape(name);
        }
    }

    @Command(name = "add", description = "Makes one.")
    static final class Add extends ApiCommand {
        @Option(names = "--on-image", required = true, paramLabel = "REF", description = "when this repository:tag is pushed or built")
        private String image;

        @Option(names = "--roll-out", paramLabel = "DEPLOYMENT", description = "roll out this one only; all that follow the image if not given")
        private String deployment;

        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            RuleSpec spec = new RuleSpec(new RuleSpec.When.ImageTagged(image), new RuleSpec.Then.RollOut(deployment));
            out.println(api.post("/rules", new RuleRequest(name, spec), RuleView.class).name());
            return 0;
        }
    }

    @Command(name = "rm", description = "Removes one.")
    static final class Remove extends ApiCommand {
        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            api.delete("/rules/" + ApiClient.escape(name));
            out.println(name);
            return 0;
        }
    }
}
