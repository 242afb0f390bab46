package io.gantry.cli.container;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.ApiProblem;
import io.gantry.cli.output.Screen;
import io.gantry.cli.output.Table;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.ContainerStats;
import io.gantry.contracts.view.ContainerView;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "stats", description = "Shows what running containers use, anew each second.")
public final class StatsCommand extends ApiCommand {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    @Option(names = "--no-stream", description = "once")
    private boolean once;

    @Parameters(arity = "0..*", paramLabel = "CONTAINER", description = "all that run if none is given")
    private List<String> references;

    @Override
    protected int run(ApiClient api, PrintWriter out) throws InterruptedException {
        Containers containers = new Containers(api);
        Screen screen = once ? Screen.PLAIN : Screen.of(environment());
        List<ContainerView> named = references == null ? null : references.stream().map(containers::find).toList();
        Map<ContainerId, ContainerStats> before = new HashMap<>();
        for (ContainerView one : named == null ? containers.list(false) : named) {
            sample(api, one.id(), named != null).ifPresent(stats -> before.put(one.id(), stats));
        }
        do {
            Thread.sleep(PERIOD);
            List<ContainerView> shown = named == null ? containers.list(false) : named;
            Map<ContainerId, ContainerStats> now = new HashMap<>();
            shown.forEach(one -> sample(api, one.id(), false).ifPresent(stats -> now.put(one.id(), stats)));
            screen.show(out, table(shown, before, now).toString());
            before.clear();
            before.putAll(now);
        } while (!once && !(named != null && before.isEmpty()) && !out.checkError());
        return 0;
    }

    /** @return nothing if it has ended or gone, unless it {@code must} run */
    private static Optional<ContainerStats> sample(ApiClient api, ContainerId id, boolean must) {
        try {
            return Optional.of(api.get(Containers.path(id.value()) + "/stats", ContainerStats.class));
        } catch (ApiProblem problem) {
            if (must || problem.status() != 404 && problem.status() != 409) {
                throw problem;
            }
            return Optional.empty();
        }
    }

    private static Table table(List<ContainerView> shown, Map<ContainerId, ContainerStats> before, Map<ContainerId, ContainerStats> now) {
        Table table = new Table("ID", "NAME", "CPU", "MEMORY", "LIMIT", "NET IN", "NET OUT", "READ", "WRITTEN", "PIDS");
        for (ContainerView one : shown) {
            ContainerStats stats = now.get(one.id());
            if (stats == null) {
                continue;
            }
            table.row(
                    Containers.shortId(one), one.name(), before.containsKey(one.id()) ? cpu(before.get(one.id()), stats) : "",
                    bytes(stats.memory().workingSetBytes()),
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
