package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.container.DurationText;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.view.PrefetchRequest;
import io.gantry.contracts.view.PrefetchView;
import io.gantry.contracts.view.PrefetchView.OnNode;
import io.gantry.contracts.view.PrefetchView.State;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gantry image prefetch}. */
@Command(name = "prefetch", description = "Has nodes fetch an image before a container of it comes, and keep it for a time; a line for each when it has it, or why not. Ends with 1 if one hasn't, with 124 if the time is over.")
final class PrefetchCommand extends ApiCommand {
    private static final int FAILED = 1;
    /** As {@code timeout(1)} ends. */
    private static final int TIME_OVER = 124;

    /** The platform answers when a further node has it or couldn't fetch it; it is asked again after so long, so that no connection lies silent for longer. */
    private static final Duration LOOK = Duration.ofSeconds(30);

    @Parameters(paramLabel = "IMAGE")
    private String image;

    @Option(names = "--node", paramLabel = "NODE", description = "this one; may be given several times")
    private List<String> nodes;

    @Option(names = "--all", description = "all nodes that take containers")
    private boolean all;

    @Option(names = "--for", paramLabel = "TIME", description = "they try for so long, and keep it however full their disks are: 8h, 7d; 1h by default, 30d at most")
    private String keep;

    @Option(names = "--timeout", defaultValue = "10m", paramLabel = "TIME", description = "how long to wait for them at most; ${DEFAULT-VALUE} by default")
    private String timeout;

    @Option(names = {"-d", "--detach"}, description = "don't wait: print its id")
    private boolean detach;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        if (all == (nodes != null)) {
            throw new IllegalArgumentException(all ? "--all and --node both say on which nodes; leave one out" : "on which nodes is not said; write --node NODE, or --all");
        }
        Duration most = DurationText.parse("--timeout", timeout);
        PrefetchView asked = api.post("/prefetches", new PrefetchRequest(image, nodes, DurationText.parse("--for", keep)), PrefetchView.class);
        if (detach) {
            out.println(asked.id());
            return 0;
        }
        return await(api, asked, Instant.now().plus(most), out);
    }

    private int await(ApiClient api, PrefetchView asked, Instant end, PrintWriter out) {
        Set<NodeId> told = new HashSet<>();
        PrefetchView now = asked;
        while (true) {
            for (OnNode each : now.nodes()) {
                if (each.state().isSettled() && told.add(each.id())) {
                    out.println(each.name() + ": " + words(each));
                    out.flush();
                }
            }
            if (told.size() == now.nodes().size()) {
                return now.nodes().stream().allMatch(each -> has(each.state())) ? 0 : FAILED;
            }
            Duration left = Duration.between(Instant.now(), end);
            if (!left.isPositive()) {
                now.nodes().stream().filter(each -> !told.contains(each.id())).forEach(each -> out.println(each.name() + ": " + words(each) + " after " + timeout + "; it goes on"));
                return TIME_OVER;
            }
            Duration look = left.compareTo(LOOK) < 0 ? left : LOOK;
            now = api.get(path(asked.id().value()) + "?wait=" + (now.settled() + 1) + "&timeout=" + look, PrefetchView.class);
        }
    }

    static String path(String id) {
        return "/prefetches/" + ApiClient.escape(id);
    }

    private static boolean has(State state) {
        return state == State.FETCHED || state == State.PRESENT;
    }

    static String words(OnNode node) {
        return switch (node.state()) {
            case WAITING -> "hasn't said anything";
            case FETCHING -> "fetching";
            case FETCHED -> "fetched";
            case PRESENT -> "there already";
            case NO_ROOM -> "no room: " + node.why();
            case FAILED -> "failed: " + node.why();
            case AWAY -> "away: " + node.why();
        };
    }
}
