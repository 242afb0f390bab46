package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.ListCommand;
import io.gantry.cli.RemoveCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.container.DurationText;
import io.gantry.cli.output.Ago;
import io.gantry.cli.output.Listing;
import io.gantry.cli.output.Readable;
import io.gantry.cli.output.Table;
import io.gantry.contracts.view.RetentionReportView;
import io.gantry.contracts.view.RetentionReportView.Reason;
import io.gantry.contracts.view.RetentionRequest;
import io.gantry.contracts.view.RetentionView;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gantry image retention}. */
@Command(
        name = "retention",
        description = "Lists rules for which tags stay; add, rm, apply.",
        subcommands = {RetentionCommands.Add.class, RetentionCommands.Remove.class, RetentionCommands.Apply.class})
final class RetentionCommands extends ListCommand<RetentionView> {
    private static final Listing<RetentionView> RULES = new Listing<>(
            "/retentions",
            RetentionView.class,
            RetentionView::name,
            List.of("NAME", "REPOSITORIES", "KEEPS LAST", "KEEPS YOUNGER THAN", "KEEPS TAGS"),
            (rule, now) -> new Object[] {
                rule.name(), rule.repositories(), rule.keepLast(), rule.keepYounger() == null ? null : Ago.since(now.minus(rule.keepYounger()), now), String.join(", ", rule.keepTags())
            });

    @Override
    protected Listing<RetentionView> listing() {
        return RULES;
    }

    @Command(name = "add", description = "Makes one: tags of those repositories go that it doesn't keep.")
    static final class Add extends ApiCommand {
        @Option(names = "--repositories", required = true, paramLabel = "PATTERN", description = "as shop/*; ** is all")
        private String repositories;

        @Option(names = "--keep-last", paramLabel = "N", description = "of each repository the tags that moved last")
        private Integer last;

        @Option(names = "--keep-younger", paramLabel = "TIME", description = "tags that moved within that time, as 30d")
        private String younger;

        @Option(names = "--keep-tags", paramLabel = "PATTERN", description = "tags that always stay, as v*; several times for several")
        private List<String> tags;

        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            RetentionRequest request = new RetentionRequest(name, repositories, last, DurationText.parse("--keep-younger", younger), tags);
            out.println(api.post("/retentions", request, RetentionView.class).name());
            return 0;
        }
    }

    @Command(name = "rm", description = "Removes some.")
    static final class Remove extends RemoveCommand {
        @Override
        protected String path(String name) {
            return "/retentions/" + ApiClient.escape(name);
        }
    }

    @Command(name = "apply", description = "Takes away the tags that no rule keeps; the platform does it by itself each hour. What they led to goes with: gantry image gc.")
    static final class Apply extends ApiCommand {
        @Option(names = "--dry-run", description = "say which would go, and take none away")
        private boolean dryRun;

        @Mixin private Readable readable;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            readable.print(out, api.post("/retentions/apply?dryRun=" + dryRun, Map.of(), RetentionReportView.class), Apply::page);
            return 0;
        }

        private static String page(RetentionReportView report) {
            Instant now = Instant.now();
            StringBuilder page = new StringBuilder(String.format(
                    Locale.ROOT, "%s %d tags, %d stay%n", report.dryRun() ? "would take away" : "took away", report.gone().size(), report.kept().size()));
            if (!report.gone().isEmpty()) {
                Table table = new Table("GONE", "AGE");
                report.gone().forEach(each -> table.row(each.repository() + ":" + each.tag(), Ago.since(each.movedAt(), now)));
                page.append('\n').append(table);
            }
            if (!report.kept().isEmpty()) {
                Table table = new Table("STAYS", "WHY", "BY");
                report.kept().forEach(each -> table.row(each.repository() + ":" + each.tag(), words(each.reason()), each.by()));
                page.append('\n').append(table);
            }
            return page.toString();
        }

        private static String words(Reason reason) {
            return switch (reason) {
                case IN_USE -> "in use";
                case SPEAKS -> "speaks of what is there";
                case PATTERN -> "its name";
                case LAST -> "among the last";
                case YOUNG -> "young";
                case CHANGED -> "moved meanwhile";
            };
        }
    }
}
