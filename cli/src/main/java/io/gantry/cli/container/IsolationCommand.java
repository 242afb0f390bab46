package io.gantry.cli.container;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Document;
import io.gantry.cli.output.Table;
import io.gantry.contracts.view.IsolationView;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gantry isolation}. */
@Command(name = "isolation", description = "Tells how far a running container is apart from its host, as the kernel has it.")
public final class IsolationCommand extends ApiCommand {
    @Option(names = "--json", description = "as JSON")
    private boolean json;

    @Parameters(paramLabel = "CONTAINER")
    private String reference;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        IsolationView report = api.get(Containers.path(reference) + "/isolation", IsolationView.class);
        if (json) {
            Document.printJson(out, report);
        } else {
            print(report, out);
        }
        return 0;
    }

    /** What somebody has changed by hand; empty if nothing is otherwise than asked. */
    static String drift(IsolationView report) {
        if (report.drift().isEmpty()) {
            return "";
        }
        Table table = new Table("OTHERWISE", "ASKED", "NOW");
        report.drift().forEach(one -> table.row(one.what(), one.asked(), one.found()));
        return "%nnot as it was asked for:%n".formatted() + table;
    }

    private static void print(IsolationView report, PrintWriter out) {
        out.printf("%s: %s, the worst of %d findings%n%n", report.name(), report.grade(), report.findings().size());
        Table table = new Table("", "PROTECTION", "FOUND", "WHY");
        report.findings().forEach(one -> table.row(one.grade(), one.protection(), one.found(), one.why()));
        out.print(table);
        out.printf("%nshared with the host:%n");
        report.shared().forEach(one -> out.println("  " + one));
        out.print(drift(report));
    }
}
