package io.gantry.cli.container;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Document;
import io.gantry.cli.output.Table;
import io.gantry.contracts.view.PressureView;
import io.gantry.contracts.view.PressureView.Cause;
import io.gantry.contracts.view.PressureView.Lost;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gantry pressure}. */
@Command(name = "pressure", description = "Looks for a while at what a running container has to wait for, and tells who makes it wait.")
public final class PressureCommand extends ApiCommand {
    @Option(names = "--seconds", description = "look for so long, 1 to 10", defaultValue = "2")
    private int seconds;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    @Parameters(paramLabel = "CONTAINER")
    private String reference;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        PressureView seen = api.get(Containers.path(reference) + "/pressure?seconds=" + seconds, PressureView.class);
        if (json) {
            Document.printJson(out, seen);
            return 0;
        }
        out.printf("%s, looked at for %d ms%n%n", seen.name(), seen.millis());
        Table table = new Table("", "WAITED", "OF THE TIME", "BECAUSE OF");
        row(table, "cpu", seen.cpu());
        row(table, "memory", seen.memory());
        row(table, "io", seen.io());
        out.print(table);
        return 0;
    }

    private static void row(Table table, String what, Lost lost) {
        table.row(
                what, String.format(Locale.ROOT, "%.1f ms", lost.millis()), String.format(Locale.ROOT, "%.1f %%", lost.percent()),
                lost.causes().stream().map(PressureCommand::cause).collect(Collectors.joining(", ")));
    }

    private static String cause(Cause cause) {
        String who =
                switch (cause.kind()) {
                    case OWN_LIMIT -> "its own limit";
                    case ITSELF -> "itself";
                    case CONTAINER -> cause.name();
                    case HOST -> "the host's programs";
                };
        return String.format(Locale.ROOT, "%s %.0f %%", who, cause.percent());
    }
}
