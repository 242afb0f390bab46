package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Readable;
import io.gantry.cli.output.Table;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.ImageDiffView;
import io.gantry.contracts.view.ImageDiffView.Layer;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gantry image diff}. */
@Command(name = "diff", description = "Says what differs from one image to another, and what a node with the one must fetch for the other.")
final class CompareCommand extends ApiCommand {
    private static final int SHOWN = 20;

    @Mixin private Readable readable;

    @Option(names = "--all", description = "all files that the platform names, the largest 1000, instead of 20")
    private boolean all;

    @Parameters(index = "0", paramLabel = "IMAGE")
    private String from;

    @Parameters(index = "1", paramLabel = "OTHER")
    private String to;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        String path = "/images/" + ApiClient.escapePath(from) + "/diff?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8);
        readable.print(out, api.get(path, ImageDiffView.class), this::page);
        return 0;
    }

    private String page(ImageDiffView diff) {
        StringBuilder page = new StringBuilder();
        page.append(String.format(
                Locale.ROOT, "from %s to %s: a node that has the one fetches %s more; %d of %d layers are shared%n", diff.from(), diff.to(), diff.toFetch(),
                diff.layers().stream().filter(Layer::shared).count(), diff.layers().size()));
        files(page, "ADDED", diff.added());
        files(page, "REMOVED", diff.removed());
        files(page, "CHANGED", diff.changed());
        if (!diff.packages().isEmpty()) {
            Table table = new Table("PACKAGE", "BEFORE", "AFTER");
            diff.packages().forEach(each -> table.row(Readable.plain(each.name()), plain(each.before()), plain(each.after())));
            page.append('\n').append(table);
        }
        if (!diff.settings().isEmpty()) {
            Table table = new Table("SETTING", "BEFORE", "AFTER");
            diff.settings().forEach(each -> table.row(Readable.plain(each.name()), plain(each.before()), plain(each.after())));
            page.append('\n').append(table);
        }
        diff.unreadable().forEach(each -> page.append("\ncan't be read: ").append(Readable.plain(each)).append('\n'));
        return page.toString();
    }

    private void files(StringBuilder page, String what, ImageDiffView.Files files) {
        if (files.count() == 0) {
            return;
        }
        Bytes bytes = new Bytes(Math.abs(files.bytes()));
        Table table = new Table(what + ", " + files.count() + " files, " + (files.bytes() < 0 ? "-" : "+") + bytes, "BEFORE", "AFTER");
        files.first().stream().limit(all ? Integer.MAX_VALUE : SHOWN).forEach(each -> table.row(Readable.plain(each.path()), each.before(), each.after()));
        page.append('\n').append(table);
    }

    private static String plain(String value) {
        return value == null ? "" : Readable.plain(value);
    }
}
