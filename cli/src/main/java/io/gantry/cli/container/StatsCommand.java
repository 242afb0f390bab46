package io.gantry.cli.container;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Table;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.ContainerStats;
import io.gantry.contracts.view.ContainerView;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "stats", description = "Shows what running containers use, anew each second.")
public final class StatsCommand extends ApiCommand {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final String FROM_THE_TOP = "\033[H\033[2J";

    @Option(names = "--no-stream", description = "once")
    private boolean once;

    @Parameters(arity = "0..*", paramLabel = "CONTAINER", description = "all that run if none is given")
    private List<String> references;

    @Override
    protected int run(ApiClient api, PrintWriter out) throws InterruptedException {
        Containers containers = new Containers(api);
        List<ContainerView> shown = references == null
                ? containers.list(false)
                : references.stream().map(containers::find).toList();
        Map<ContainerView, ContainerStats> before = sample(api, shown);
        do {
            Thread.sleep(PERIOD);
            Map<ContainerView, ContainerStats> now = sample(api, shown);
            out.print((System.console() == null || once ? "" : FROM_THE_TOP) + table(shown, before, now));
            out.flush();
            before = now;
        } while (!once && !before.isEmpty() && !out.checkError());
        return 0;
    }

    private static Map<ContainerView, ContainerStats> sample(ApiClient api, List<ContainerView> shown) {
        Map<ContainerView, ContainerStats> samples = new HashMap<>();
        shown.forEach(one -> samples.put(one, api.get(Containers.path(one.id().value()) + "/stats", ContainerStats.class)));
        return samples;
    }

    private static Table table(List<ContainerView> shown, Map<ContainerView, ContainerStats> before, Map<ContainerView, ContainerStats> now) {
        Table table = new Table("ID", "NAME", "CPU", "MEMORY", "LIMIT", "NET IN", "NET OUT", "READ", "WRITTEN", "PIDS");
        for (ContainerView one : shown) {
            ContainerStats stats = now.get(one);
            table.row(
                    one.id().value().substring(0, 12), one.name(), cpu(before.get(one), stats), bytes(stats.memory().workingSetBytes()),
                    stats.memory().limitBytes() == null ? "" : bytes(stats.memory().limitBytes()),
                    bytes(stats.networks().stream().mapToLong(ContainerStats.Network::receivedBytes).sum()),
                    bytes(stats.networks().stream().mapToLong(ContainerStats.Network::sentBytes).sum()),
                    stats.io() == null ? "" : bytes(stats.io().readBytes()), stats.io() == null ? "" : bytes(stats.io().writtenBytes()),
                    stats.pids().current());
        }
        return table;
    }

    /** Percent of one core. */
    static String cpu(ContainerStats before, ContainerStats now) {
        long nanos = Duration.between(before.at(), now.at()).toNanos();
        double percent = nanos <= 0 ? 0 : 100.0 * (now.cpu().usageNanos() - before.cpu().usageNanos()) / nanos;
        return String.format(Locale.ROOT, "%.1f %%", Math.max(0, percent));
    }

    static String bytes(long count) {
        return new Bytes(count).toString();
    }
}
