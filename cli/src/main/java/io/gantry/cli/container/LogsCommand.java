package io.gantry.cli.container;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.ApiProblem;
import io.gantry.cli.output.Screen;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Prints what a container wrote, or all replicas of a deployment, each line with the name of its own.")
public final class LogsCommand extends ApiCommand {
    @Option(names = {"-f", "--follow"}, description = "go on until it ends; a deployment's replicas that come later are followed, too")
    private boolean follow;

    @Option(names = {"-n", "--tail"}, description = "only the last so many lines, of each")
    private Integer tail;

    @Option(names = "--since", description = "only what was written after: 2026-01-31T12:00:00Z, or 10m for ten minutes ago")
    private String since;

    @Option(names = "--until", description = "only what was written before")
    private String until;

    @Option(names = {"-t", "--timestamps"}, description = "with the time of each line")
    private boolean timestamps;

    @Parameters(paramLabel = "NAME", description = "of a container, which may be its id, or of a deployment")
    private String reference;

    @Override
    protected int run(ApiClient api, PrintWriter out) throws IOException, InterruptedException {
        Instant now = Instant.now();
        String query = "follow=" + follow + (tail == null ? "" : "&tail=" + tail) + time("since", since, now) + time("until", until, now);
        try (InputStream lines = api.stream(Containers.path(reference) + "/logs?" + query + "&timestamps=" + timestamps)) {
            lines.transferTo(System.out);
            System.out.flush();
            return 0;
        } catch (ApiProblem noContainer) {
            if (noContainer.status() != 404 || !api.isThere("/deployments/" + ApiClient.escape(reference))) {
                throw noContainer;
            }
        }
        ReplicaLogs logs = new ReplicaLogs(api, reference, query, timestamps, Screen.of(environment()).colours(), out);
        if (follow) {
            logs.follow(err());
        } else {
            logs.print();
        }
        return 0;
    }

    /** @param text a time, or how long ago; {@code null} is none */
    private static String time(String name, String text, Instant now) {
        if (text == null) {
            return "";
        }
        try {
            Instant at = text.contains("T") ? Instant.parse(text) : now.minus(DurationText.parse("--" + name, text));
            return "&" + name + "=" + ApiClient.escape(at.toString());
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("--" + name + " " + text + " is not a time; write 2026-01-31T12:00:00Z, or 10m for ten minutes ago", e);
        }
    }
}
