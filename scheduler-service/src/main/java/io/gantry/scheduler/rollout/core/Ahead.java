package io.gantry.scheduler.rollout.core;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Observed.Prefetched;
import io.gantry.contracts.state.Observed.Prefetched.State;
import io.gantry.scheduler.deployment.core.Revision;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * How far nodes are with the image of a rollout that they were told to fetch ahead.
 *
 * @param revision whose image it is; 0 while nobody was told anything
 * @param since when that revision was made; {@code null} while nobody was told
 * @param coming the nodes that fetch it, or haven't said anything yet; not those that have it, have no room for it or failed to fetch it
 */
public record Ahead(int revision, Instant since, Set<NodeId> coming) {
    public static final Ahead NONE = new Ahead(0, null, Set.of());

    public Ahead {
        coming = new TreeSet<>(coming);
    }

    /**
     * @param wanted the revision that they were told of
     * @param record by which they were told
     * @param said of all images by each node that was told
     */
    public static Ahead of(Revision wanted, String record, Map<NodeId, List<Prefetched>> said) {
        Set<NodeId> coming = new TreeSet<>();
        said.forEach((node, all) -> {
            if (all.stream().noneMatch(one -> one.id().equals(record) && one.image().equals(wanted.image().manifest()) && one.state() != State.COMING)) {
                coming.add(node);
            }
        });
        return new Ahead(wanted.number(), wanted.createdAt(), coming);
    }
}
