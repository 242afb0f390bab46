package io.gantry.kit.measure;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * How long each hop of a fact takes, in seconds, a timer a hop and service: {@code gantry_hop_commit} from a transaction's begin to its
 * commit, {@code gantry_hop_publish} from an outbox row taken to Kafka having it, {@code gantry_hop_effect} from a fact becoming true to its
 * effect here being committed. Their budgets are in {@code docs/reference/limits.md}.
 */
public final class Hops {
    private final Timer commit;
    private final Timer publish;
    private final Timer effect;

    /** @param service its name, {@code network-service} */
    public Hops(String service, MeterRegistry registry) {
        commit = timer("gantry.hop.commit", "From a transaction's begin to its commit", service, registry);
        publish = timer("gantry.hop.publish", "From an outbox row taken to Kafka having it", service, registry);
        effect = timer("gantry.hop.effect", "From a fact becoming true to its effect being committed", service, registry);
    }

    private static Timer timer(String name, String description, String service, MeterRegistry registry) {
        return Timer.builder(name).description(description).tag("service", service).register(registry);
    }

    /** @param begun of {@link System#nanoTime} */
    public void committed(long begun) {
        commit.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
    }

    /** @param begun of {@link System#nanoTime} */
    public void published(long begun) {
        publish.record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
    }

    /** Facts that another machine's clock dates later than ours count as 0. */
    public void effected(Instant becameTrue, Instant now) {
        Duration age = Duration.between(becameTrue, now);
        effect.record(age.isNegative() ? Duration.ZERO : age);
    }
}
