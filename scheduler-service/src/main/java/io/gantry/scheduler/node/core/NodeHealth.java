package io.gantry.scheduler.node.core;

import io.gantry.contracts.id.NodeId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Declares nodes suspect, lost and ready again.
 *
 * <p>Goals: a dead node is lost after {@code lost}; a living one never is. Constraints: silence counts only while we were able to hear
 * ({@code listeningSince}: the start of the service, or Kafka's return), so that no restart of ours and no pause of the backbone costs
 * a node; and when not a single node was heard within the last {@code suspect}, nobody is declared lost: a cut between all of them and
 * us is likelier than so many deaths at once, and there would be no node to place anything on. It is {@code suspect} and not {@code
 * lost}, because heartbeats of several nodes don't end at the same moment when a cut begins: the one heard last would convict the others.
 *
 * <p>Example with 3 s and 10 s: last heartbeat at 0 s; suspect at 3 s; lost at 10 s when another node was heard after 7 s.
 */
public final class NodeHealth {
    private NodeHealth() {}

    /** @param suspect and {@code lost}: so long without a heartbeat */
    public record Limits(Duration suspect, Duration lost) {
        public Limits {
            if (suspect.compareTo(Duration.ZERO) <= 0 || lost.compareTo(suspect) <= 0) {
                throw new IllegalArgumentException(
                        "gantry.node.suspect must be above 0 and gantry.node.lost above it, got " + suspect + " and " + lost);
            }
        }
    }

    /** @param lastHeard when its latest heartbeat arrived here */
    public record Heard(NodeId id, Health health, Instant lastHeard) {}

    /** A node's health changes {@code from} → {@code to}. */
    public record Turn(NodeId id, Health from, Health to) {}

    /**
     * @param turns in the order of {@code nodes}
     * @param next when to decide again if no heartbeat comes before; {@code null} when nothing is due
     */
    public record Decision(List<Turn> turns, Instant next) {}

    public static Decision decide(Collection<Heard> nodes, Instant listeningSince, Limits limits, Instant now) {
        List<Turn> turns = new ArrayList<>();
        Instant next = null;
        boolean someoneIsHeard = nodes.stream().anyMatch(node -> node.lastHeard().plus(limits.suspect()).isAfter(now)
                && !node.lastHeard().isBefore(listeningSince));
        for (Heard node : nodes) {
            Instant silentSince = node.lastHeard().isAfter(listeningSince) ? node.lastHeard() : listeningSince;
            Instant suspectAt = silentSince.plus(limits.suspect());
            Instant lostAt = silentSince.plus(limits.lost());
            Health to = node.health();
            if (!lostAt.isAfter(now) && someoneIsHeard) {
                to = Health.LOST;
            } else if (!suspectAt.isAfter(now) && node.health() == Health.READY) {
                to = Health.SUSPECT;
            } else if (suspectAt.isAfter(now) && !node.lastHeard().isBefore(listeningSince)) {
                to = Health.READY;
            }
            if (to != node.health()) {
                turns.add(new Turn(node.id(), node.health(), to));
            }
            next = earlier(next, to == Health.READY ? suspectAt : to == Health.SUSPECT && lostAt.isAfter(now) ? lostAt : null);
        }
        return new Decision(turns, next);
    }

    /**
     * Since when silence counts, after a heartbeat at {@code now}: when nobody at all had been heard for {@code suspect}, it was us who
     * were deaf, and everyone gets a whole {@code lost} again.
     *
     * @param lastOfAny the latest heartbeat of any node before this one, or {@code null}
     */
    public static Instant listeningSince(Instant listeningSince, Instant lastOfAny, Limits limits, Instant now) {
        Instant last = lastOfAny == null || lastOfAny.isBefore(listeningSince) ? listeningSince : lastOfAny;
        return last.plus(limits.suspect()).isAfter(now) ? listeningSince : now;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a == null ? b : b == null || a.isBefore(b) ? a : b;
    }
}
