package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.container.DurationText;
import io.gantry.cli.output.Document;
import io.gantry.cli.output.Table;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.CollectionView;
import io.gantry.contracts.view.CollectionView.Kind;
import io.gantry.contracts.view.CollectionView.Reason;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code gantry image gc}. */
@Command(name = "gc", description = "Removes from the registry what nothing leads to, and says why the rest stays.")
final class CollectCommand extends ApiCommand {
    @Option(names = "--dry-run", description = "say what would go, and remove nothing")
    private boolean dryRun;

    @Option(names = "--grace", paramLabel = "TIME", description = "nothing must have led to it for so long: 1h unless the platform's settings say otherwise; with 0s pushes that go on may have to be repeated")
    private String grace;

    @Option(names = "--never-named", description = "also what was pushed or built without a name, to be used by its digest")
    private boolean neverNamed;

    @Option(names = "--details", description = "why each single thing stays")
    private boolean details;

    @Option(names = "--json", description = "the whole report as JSON")
    private boolean json;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        String query = "?dryRun=" + dryRun + "&neverNamed=" + neverNamed + "&details=" + details + (grace == null ? "" : "&grace=" + DurationText.parse("--grace", grace));
        CollectionView report = api.post("/images/gc" + query, Map.of(), CollectionView.class);
        if (json) {
            Document.printJson(out, report);
            return 0;
        }
        out.printf(
                Locale.ROOT, "%s %d manifests and %d blobs, %s%n", dryRun ? "would remove" : "removed", report.manifests().size(), report.blobs().size(), report.freed());
        if (!report.waiting().isEmpty()) {
            long waiting = report.waiting().stream().filter(each -> each.kind() == Kind.BLOB).mapToLong(each -> each.size().value()).sum();
            out.printf(Locale.ROOT, "%d more wait, %s, the first until %s%n", report.waiting().size(), new Bytes(waiting), report.waiting().getFirst().goes());
        }
        out.printf(
                Locale.ROOT, "%d blobs stay, %s; without sharing they would take %s%n", report.stored().blobs(), report.stored().bytes(), report.stored().referenced());
        if (!report.kept().isEmpty()) {
            Table table = new Table("WHAT", "WHY IT STAYS", "COUNT", "SIZE");
            report.kept().forEach(each -> table.row(word(each.kind()), words(each.reason()), each.count(), each.bytes()));
            out.print("\n" + table);
        }
        if (details) {
            Table table = new Table("WHAT", "DIGEST", "SIZE", "WHY IT STAYS", "FOR");
            report.details().forEach(each -> table.row(
                    word(each.kind()), (each.repository() == null ? "" : each.repository() + "@") + each.digest(), each.size(), words(each.reason()), each.by()));
            out.print("\n" + table);
        }
        return 0;
    }

    private static String word(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String words(Reason reason) {
        return switch (reason) {
            case NAMED -> "a tag leads to it";
            case IN_AN_INDEX -> "an index has it";
            case REFERS -> "what it speaks about stays";
            case IN_USE -> "in use";
            case NEVER_NAMED -> "never had a name";
            case NEEDED -> "an image needs it";
            case BUILD_CACHE -> "builds keep it";
            case WAITS -> "not for long enough";
            case CHANGED -> "came to be needed meanwhile";
        };
    }
}
