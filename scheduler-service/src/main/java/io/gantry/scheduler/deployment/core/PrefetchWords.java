package io.gantry.scheduler.deployment.core;

import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.Observed.Prefetched.State;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How far nodes are with the image of a rollout that they fetch ahead, in words. */
public final class PrefetchWords {
    private PrefetchWords() {}

    /** Behind what there is to say of the deployment; {@code null} stays so. */
    public static String behind(String said, Deployment deployment, Collection<Observed.Node> nodes) {
        String coming = of(deployment, nodes).filter(told -> told.what().state() == State.COMING).map(Told::node).collect(Collectors.joining(", "));
        return said == null || coming.isEmpty() ? said : said + "; its image is being fetched ahead on " + coming;
    }

    /** Where it isn't fetched ahead, and why: containers that come there wait for it. */
    public static List<String> warnings(Deployment deployment, Collection<Observed.Node> nodes) {
        return of(deployment, nodes)
                .filter(told -> told.what().why() != null)
                .map(told -> "node " + told.node() + " doesn't fetch the image ahead: " + told.what().why())
                .toList();
    }

    private record Told(String node, Observed.Prefetched what) {}

    private static Stream<Told> of(Deployment deployment, Collection<Observed.Node> nodes) {
        return nodes.stream()
                .sorted(Comparator.comparing(Observed.Node::name))
                .flatMap(node -> node.prefetched().stream().filter(each -> each.id().equals(deployment.id().value())).map(each -> new Told(node.name(), each)));
    }
}
