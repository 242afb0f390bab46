package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.DeploymentSpec.Rollout;
import java.time.Duration;

/**
 * {@code UpdateConfig} and {@code RollbackConfig}: so many at a time, the old ones first or the new ones. Docker's default is one at a time, the old one
 * first. What fails is rolled back, whatever is said.
 */
final class ServiceRollout {
    private static final String STOP_FIRST = "stop-first";
    private static final String START_FIRST = "start-first";
    /** What Docker's CLI sends where nobody said a time. */
    private static final Duration USUAL_MONITOR = Duration.ofSeconds(5);

    private ServiceRollout() {}

    /** @param before what it was; {@code null} for a new one */
    static Rollout read(Fields body, Rollout before) {
        Rollout update = read(body.in("UpdateConfig"), before, "rollback");
        if (body.given("RollbackConfig")) {
            Rollout back = read(body.in("RollbackConfig"), before, "pause");
            if (!back.equals(update)) {
                throw body.unsupported("RollbackConfig");
            }
        }
        return update;
    }

    private static Rollout read(Fields config, Rollout before, String ifItFails) {
        Long said = config.wholeOrNull("Parallelism", 0, Long.MAX_VALUE);
        // 0 is all at once
        int parallel = said == null ? 1 : said == 0 ? DeploymentSpec.MOST_REPLICAS : (int) Math.min(said, DeploymentSpec.MOST_REPLICAS);
        config.only("Order", STOP_FIRST, START_FIRST).only("FailureAction", "pause", ifItFails);
        if (config.count("Delay") > 0) {
            throw config.unsupported("Delay");
        }
        long monitor = config.count("Monitor");
        if (monitor > 0 && monitor != USUAL_MONITOR.toNanos()) {
            throw config.unsupported("Monitor");
        }
        boolean startFirst = config.text("Order").equals(START_FIRST);
        Rollout rest = before == null ? Rollout.DEFAULT : before;
        return new Rollout(startFirst ? parallel : 0, startFirst ? 0 : parallel, rest.progressDeadline(), rest.drain());
    }

    /** As it goes. */
    static ObjectNode form(Rollout rollout) {
        boolean startFirst = rollout.maxSurge() > 0;
        int parallel = startFirst ? rollout.maxSurge() : rollout.maxUnavailable();
        return Json.mapper()
                .createObjectNode()
                .put("Parallelism", parallel == DeploymentSpec.MOST_REPLICAS ? 0 : parallel)
                .put("FailureAction", "rollback")
                .put("MaxFailureRatio", 0)
                .put("Order", startFirst ? START_FIRST : STOP_FIRST);
    }
}
