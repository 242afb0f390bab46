package io.gantry.scheduler.placement.core;

import io.gantry.contracts.spec.SpreadKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The nodes in groups by their values of a deployment's labels, one within the other, and how many replicas are in each. Those count that stay: what a rollout takes away leaves room for those that it
 * makes, so that these are evenly spread in its end.
 *
 * <p>They are counted on all nodes, also on those that take nothing at the moment: a group isn't empty because its nodes are full.
 */
final class SpreadGroups {
    private final List<SpreadKey> keys;
    /** By the values on the way from the outermost group inwards. */
    private final Map<List<String>, Integer> staying = new HashMap<>();

    SpreadGroups(ClusterSnapshot cluster) {
        keys = cluster.spread();
        for (NodeCapacity node : cluster.nodes()) {
            depths().forEach(depth -> staying.merge(path(node, depth), node.staying(), Integer::sum));
        }
    }

    /** How many are in its groups, the outermost first: whose numbers come first in their order shall get the next. Empty where nothing is to be spread. */
    int[] around(NodeCapacity node) {
        return depths().map(depth -> staying.get(path(node, depth))).toArray();
    }

    /** The same in words; empty where nothing is to be spread. */
    String describe(NodeCapacity node) {
        return depths().mapToObj(depth -> describe(node, depth)).collect(Collectors.joining(", "));
    }

    private String describe(NodeCapacity node, int depth) {
        int count = staying.get(path(node, depth));
        String many = count == 0 ? "no replica" : count == 1 ? "1 replica" : count + " replicas";
        SpreadKey key = keys.get(depth - 1);
        String value = key.valueOf(node.traits().labels());
        return many + " like it " + (value.equals(SpreadKey.NO_VALUE) ? "where there is no " + key : "in " + key + "=" + value);
    }

    private IntStream depths() {
        return IntStream.rangeClosed(1, keys.size());
    }

    private List<String> path(NodeCapacity node, int depth) {
        List<String> values = new ArrayList<>();
        keys.subList(0, depth).forEach(key -> values.add(key.valueOf(node.traits().labels())));
        return values;
    }
}
