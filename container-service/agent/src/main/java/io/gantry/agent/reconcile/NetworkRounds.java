package io.gantry.agent.reconcile;

import io.gantry.agent.network.HostNetwork;
import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kernel.netlink.socket.NetlinkFailure;
import io.gantry.kernel.syscall.Errno;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Brings this host's networks to what is desired, again and again: at every change, after a failure with growing waits, and every so often
 * without a reason, because somebody may have broken what was right. The kernel is asked on a thread of its own, which skips all but the
 * latest round; everything else here belongs to the deciding thread.
 */
final class NetworkRounds implements AutoCloseable {
    /** When something was left undone that only waits for others. */
    static final Duration SOON = Duration.ofSeconds(10);

    /** As long as a start takes. */
    static final Duration MOMENT = Duration.ofMillis(50);

    private static final Logger LOG = Logger.getLogger(NetworkRounds.class);
    private static final String HINT = "gantry doctor says what this host's kernel lacks; the agent goes on trying";
    private static final String TAKEN =
            "somebody else on this host has it, such as a second installation, which needs a GANTRY_POOL of its own (docs/reference/ports.md); the agent goes on trying";

    /** How the outcome of a round comes back to the deciding thread. */
    interface Outcome {
        /** Runs {@code what} on the deciding thread after {@code wait}. */
        void later(Duration wait, Runnable what);

        /** The kernel is as desired; these containers can be plugged in. */
        void applied(Map<ContainerId, List<Attachment>> attachments);

        void failed(Observed.Failure why);
    }

    private final HostNetwork network;
    private final Supplier<DesiredView> desired;
    private final Outcome outcome;
    private final Duration period;
    private final Workers worker = new Workers("network");
    private volatile long latest;
    private int failures;

    /** @param period between two rounds when nothing changes */
    NetworkRounds(HostNetwork network, Supplier<DesiredView> desired, Outcome outcome, Duration period) {
        this.network = network;
        this.desired = desired;
        this.outcome = outcome;
        this.period = period;
    }

    void begin() {
        DesiredView now = desired.get();
        if (!now.complete() && now.records().isEmpty()) {
            // knowing nothing is no reason to take anything down
            return;
        }
        long round = latest + 1;
        latest = round;
        worker.submit("network", () -> {
            if (round == latest) {
                run(round, now);
            }
        });
    }

    /** For what nobody waits for: behind the start that it is about, and all that comes within a moment together. */
    void beginBehind() {
        long before = latest;
        outcome.later(MOMENT, () -> {
            if (latest == before) {
                begin();
            }
        });
    }

    private void run(long round, DesiredView now) {
        try {
            network.resolveBy(resolvers(now));
            network.apply(now.all(Desired.Network.class), now.all(Desired.Endpoint.class), now.all(Desired.Service.class));
            Map<ContainerId, List<Attachment>> attachments = attachments(now);
            outcome.later(Duration.ZERO, () -> applied(round, attachments));
        } catch (RuntimeException e) {
            outcome.later(Duration.ZERO, () -> failed(round, e));
        }
    }

    private static Map<ContainerId, List<Ipv4>> resolvers(DesiredView now) {
        return now.containers().stream()
                .filter(container -> !container.spec().dns().servers().isEmpty())
                .collect(Collectors.toUnmodifiableMap(Desired.Container::id, container -> container.spec().dns().servers()));
    }

    /** By endpoint, not by container: an endpoint may be known before its container is. */
    private Map<ContainerId, List<Attachment>> attachments(DesiredView now) {
        Map<ContainerId, List<Attachment>> found = new HashMap<>();
        for (Desired.Endpoint endpoint : now.all(Desired.Endpoint.class)) {
            if (endpoint.container() != null) {
                List<Attachment> its = network.attachments(endpoint.container());
                if (!its.isEmpty()) {
                    found.put(endpoint.container(), its);
                }
            }
        }
        return Map.copyOf(found);
    }

    private void applied(long round, Map<ContainerId, List<Attachment>> attachments) {
        if (failures > 0) {
            LOG.info("this host's networks are as desired again");
        }
        failures = 0;
        again(round, network.withheld().isEmpty() ? period : SOON);
        outcome.applied(attachments);
    }

    private void failed(long round, RuntimeException e) {
        // in full once with each trouble: the next rounds will say the same
        LOG.logf(failures == 0 ? Logger.Level.ERROR : Logger.Level.DEBUG, e, "this host's networks could not be made as desired; trying again");
        again(round, Held.backOff(failures));
        failures++;
        int errno = e instanceof NetlinkFailure refused ? refused.errno() : 0;
        outcome.failed(new Observed.Failure("network", errno, String.valueOf(e.getMessage()), errno == Errno.EEXIST ? TAKEN : HINT));
    }

    /** Unless a change has begun another round by then. */
    private void again(long round, Duration wait) {
        outcome.later(wait, () -> {
            if (round == latest) {
                begin();
            }
        });
    }

    @Override
    public void close() {
        worker.close();
    }
}
