package io.gantry.scheduler.deployment.core;

import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.view.DeploymentView;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Which of a deployment's ports aren't in force, and where. */
public final class WithheldPorts {
    private WithheldPorts() {}

    /** By node, then in the order of the spec. */
    public static List<DeploymentView.WithheldPort> of(DeploymentSpec spec, Collection<Observed.Node> nodes) {
        return nodes.stream().sorted(Comparator.comparing(Observed.Node::name)).flatMap(node -> on(node, spec)).toList();
    }

    private static Stream<DeploymentView.WithheldPort> on(Observed.Node node, DeploymentSpec spec) {
        return spec.template().ports().stream()
                .flatMap(port -> node.withheldPorts().stream()
                        .filter(withheld -> withheld.is(port))
                        .map(withheld -> new DeploymentView.WithheldPort(node.name(), port, withheld.why())));
    }
}
