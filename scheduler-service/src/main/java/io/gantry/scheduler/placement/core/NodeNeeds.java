package io.gantry.scheduler.placement.core;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.NodeConstraint;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Architecture;
import java.util.List;
import java.util.Optional;

/**
 * What a container asks of the kind of its node: without it the node is out, however empty it is.
 *
 * @param nodeName only this node, or {@code null}
 * @param architecture of its image, or {@code null} where that is unknown
 * @param runtime the class that it is to be made by
 */
public record NodeNeeds(String nodeName, List<NodeConstraint> constraints, String architecture, String runtime) {
    public static final NodeNeeds NONE = new NodeNeeds(null, List.of(), null, ContainerSpec.DEFAULT_RUNTIME);

    public NodeNeeds {
        constraints = List.copyOf(constraints);
    }

    /** With those constraints. */
    public NodeNeeds within(List<NodeConstraint> others) {
        return new NodeNeeds(nodeName, others, architecture, runtime);
    }

    public static NodeNeeds of(ContainerSpec spec, ResolvedImage image) {
        return new NodeNeeds(spec.nodeName(), spec.constraints(), image == null ? null : image.architecture(), spec.runtime());
    }

    /** The first that the node doesn't meet, in words that follow its name. */
    public Optional<String> unmetBy(NodeTraits node) {
        return anotherThan(node)
                .or(() -> outsideConstraints(node))
                .or(() -> fits(node.architecture())
                        ? Optional.empty()
                        : Optional.of("its architecture is %s, the image is made for %s".formatted(node.architecture(), architecture)))
                .or(() -> node.runtimes().contains(runtime)
                        ? Optional.empty()
                        : Optional.of("it doesn't offer the runtime class '%s', but %s".formatted(runtime, String.join(", ", node.runtimes()))));
    }

    /** That another node is named, in words. */
    Optional<String> anotherThan(NodeTraits node) {
        return nodeName == null || nodeName.equals(node.name()) ? Optional.empty() : Optional.of("not the node that the spec names, " + nodeName);
    }

    /** The first constraint that the node doesn't meet, in words. */
    public Optional<String> outsideConstraints(NodeTraits node) {
        return constraints.stream()
                .filter(each -> !each.metBy(node.id().value(), node.name(), node.architecture(), node.labels()))
                .findFirst()
                .map(each -> "it doesn't meet " + each);
    }

    private boolean fits(String offered) {
        return architecture == null || architecture.isEmpty() || offered == null || offered.isEmpty() || Architecture.ociName(architecture).equals(Architecture.ociName(offered));
    }
}
