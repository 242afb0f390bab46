package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Readable;
import io.gantry.cli.output.Table;
import io.gantry.contracts.view.ImageReportView;
import io.gantry.contracts.view.ImageReportView.Drift;
import io.gantry.contracts.view.ImageReportView.Program;
import io.gantry.contracts.view.ImageReportView.Runtime;
import io.gantry.contracts.view.ImageReportView.Source;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code gantry image report}. */
@Command(name = "report", description = "Says what is in an image, grades it, and says what to do for a better grade.")
final class ReportCommand extends ApiCommand {
    private static final int SHOWN = 5;
    private static final int WIDEST = 70;

    @Mixin private Readable readable;

    @Parameters(paramLabel = "IMAGE")
    private String image;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        readable.print(out, api.get("/images/" + ApiClient.escapePath(image) + "/report", ImageReportView.class), ReportCommand::page);
        return 0;
    }

    private static String page(ImageReportView report) {
        StringBuilder page = new StringBuilder();
        line(page, "%s: grade %s, %d of 100 points", report.reference(), report.grade(), report.points());
        line(page, "%s in %s, %s unpacked, %s%s", report.size(), count(report.layers().size(), "layer"), report.unpacked(), count(report.files(), "file"), report.ageDays() == null ? "" : ", made " + count(report.ageDays(), "day") + " ago");
        if (!report.reasons().isEmpty()) {
            page.append('\n');
            report.reasons().forEach(each -> line(page, "%4d  %s%n      %s", -each.points(), Readable.plain(each.what()), each.todo()));
        }
        Table layers = new Table("LAYER", "SIZE", "UNPACKED", "WASTED", "SHARED WITH", "MADE BY");
        report.layers().forEach(each -> layers.row(each.number(), each.size(), each.unpacked(), each.wasted(), each.sharedWith() == 0 ? "" : count(each.sharedWith(), "image"), cut(each.instruction())));
        page.append('\n').append(layers);
        files(page, report);
        page.append('\n');
        line(page, "runs as   %s%s", report.user().isEmpty() ? "root" : Readable.plain(report.user()), report.healthcheck() ? ", with a health check" : "");
        line(page, "ports     %s", report.ports().isEmpty() ? "none" : Readable.plain(String.join(", ", report.ports())));
        line(page, "packages  %s", packages(report));
        say(page, "runtimes  ", report.runtimes().stream().map(ReportCommand::words).toList());
        say(page, "programs  ", report.programs().stream().map(Program::name).toList());
        say(page, "setuid    ", report.setuid());
        say(page, "secrets   ", report.secrets().stream().map(each -> each.place() + " (" + each.kind() + (each.hidden() ? ", deleted later but still in layer " + each.layer() : "") + ")").toList());
        say(page, "not read  ", report.notRead().stream().map(each -> each.path() + ": " + each.why()).toList());
        line(page, "base      %s%s", report.base().drift() == Drift.UNKNOWN ? "unknown: " : "", Readable.plain(report.base().how()));
        line(
                page, "sharing   %s of it others have, too, %s it alone; of all %d images here sharing saves %s of %s", report.sharing().shared(), report.sharing().own(), report.sharing().images(),
                report.sharing().saved(), report.sharing().referenced());
        return page.toString();
    }

    private static void files(StringBuilder page, ImageReportView report) {
        if (!report.largest().isEmpty()) {
            Table largest = new Table("LARGEST FILES", "SIZE", "LAYER");
            report.largest().stream().limit(SHOWN).forEach(each -> largest.row(Readable.plain(each.path()), each.size(), each.layer()));
            page.append('\n').append(largest);
        }
        if (report.waste().count() > 0) {
            Table wasted = new Table("WASTED, " + report.waste().bytes(), "SIZE", "LAYER", "HIDDEN BY");
            report.waste().files().stream().limit(SHOWN).forEach(each -> wasted.row(Readable.plain(each.path()), each.size(), each.layer(), "layer " + each.by() + (each.deleted() ? ", deleted" : "")));
            page.append('\n').append(wasted);
        }
        if (!report.duplicates().isEmpty()) {
            Table same = new Table("SEVERAL TIMES", "SIZE", "COUNT");
            report.duplicates().stream().limit(SHOWN).forEach(each -> same.row(Readable.plain(each.paths().getFirst()), each.size(), each.count()));
            page.append('\n').append(same);
        }
    }

    private static String packages(ImageReportView report) {
        String counted = report.packages().stream()
                .collect(Collectors.groupingBy(each -> each.source(), Collectors.counting()))
                .entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(each -> (each.getKey() == Source.JAR ? count(each.getValue(), "jar") : each.getValue() + " of " + each.getKey().name().toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining(", "));
        return counted.isEmpty() ? "none known" : counted + " (-o json names them)";
    }

    private static String words(Runtime each) {
        return each.language() + (each.version().isEmpty() ? " at " + each.path() : " " + each.version());
    }

    private static void say(StringBuilder page, String head, List<String> some) {
        if (!some.isEmpty()) {
            page.append(head).append(Readable.plain(String.join(", ", some))).append('\n');
        }
    }

    private static void line(StringBuilder page, String form, Object... values) {
        page.append(String.format(Locale.ROOT, form, values)).append('\n');
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String cut(String instruction) {
        String plain = Readable.plain(instruction);
        return plain.length() <= WIDEST ? plain : plain.substring(0, WIDEST - 1) + "…";
    }
}
