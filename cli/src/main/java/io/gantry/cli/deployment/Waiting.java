package io.gantry.cli.deployment;

import io.gantry.cli.client.ApiClient;
import io.gantry.cli.container.DurationText;
import io.gantry.contracts.view.DeploymentView;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The options {@code --wait} and {@code --timeout} of what changes a deployment, for scripts that go on when it is done. */
final class Waiting {
    static final int FAILED = 1;
    /** As {@code timeout(1)} ends. */
    static final int TIME_OVER = 124;

    /** The platform answers when it is steady or failed; so often we say how far it is. */
    private static final Duration LOOK = Duration.ofSeconds(2);

    @Option(names = "--wait", description = "return when it is steady, or a job complete; ends with 1 if it fails, with 124 if the time is over")
    private boolean wait;

    @Option(names = "--timeout", defaultValue = "10m", description = "how long to wait at most: 90s, 5m; ${DEFAULT-VALUE} by default")
    private String timeout;

    /** At once, unless it is to be waited for. @return the exit code */
    int until(ApiClient api, String name, PrintWriter err) {
        return wait ? steady(api, name, err) : 0;
    }

    private int steady(ApiClient api, String name, PrintWriter err) {
        Instant end = Instant.now().plus(DurationText.parse("--timeout", timeout));
        String said = "";
        while (true) {
            Duration left = Duration.between(Instant.now(), end);
            boolean last = left.compareTo(LOOK) <= 0;
            Duration look = last ? Duration.ofMillis(Math.max(1, left.toMillis())) : LOOK;
            DeploymentView now = api.get("/deployments/" + ApiClient.escape(name) + "?wait=steady&timeout=" + look, DeploymentView.class);
            String progress = progress(now);
            if (!progress.equals(said)) {
                err.println(progress);
                err.flush();
                said = progress;
            }
            if (now.status().isSettled()) {
                return now.status() == DeploymentView.Status.FAILED ? FAILED : 0;
            }
            if (last) {
                err.println("gantry: " + name + " is not " + (now.spec().mode().isJob() ? "complete" : "steady") + " after " + timeout + "; it goes on, see: gantry rollout status " + name);
                return TIME_OVER;
            }
        }
    }

    private static String progress(DeploymentView now) {
        return "%s: %s, %s%s".formatted(
                now.name(), now.status().name().toLowerCase(Locale.ROOT), count(now),
                now.detail() == null || now.detail().isEmpty() ? "" : ": " + now.detail());
    }

    /** How many are as they shall be. */
    static String count(DeploymentView now) {
        return now.spec().mode().isJob()
                ? "%d of %d have ended well".formatted(now.completed().size(), now.wanted())
                : "%d of %d ready".formatted(now.ready(), now.wanted());
    }
}
