package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.scheduler.image.store.ImageGate;
import io.gantry.scheduler.image.store.ImageStore;
import io.gantry.scheduler.node.core.Node;
import io.gantry.scheduler.node.store.NodeStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a template names must be there: a deployment of it would never be steady. */
@Singleton
class TemplateCheck {
    private final ImageStore images;
    private final ImageGate gate;
    private final NodeStore nodes;

    @Inject
    TemplateCheck(ImageStore images, ImageGate gate, NodeStore nodes) {
        this.images = images;
        this.gate = gate;
        this.nodes = nodes;
    }

    /**
     * The template's image, if something may be made of it.
     *
     * @param place of the template within the request
     */
    Uni<ResolvedImage> image(ContainerSpec template, String place) {
        template.lender().ifPresent(name -> {
            throw new BadField(
                    place, "replicas have namespaces of their own, and the template shares those of container '" + name + "'",
                    "leave it out, or make a container of its own that shares them");
        });
        if (template.hostNetwork()) {
            throw new BadField(place + ".network", "replicas have addresses of their own, and the template has its node's network", "name another network, or none");
        }
        return namesWhatIsThere(template, place).chain(() -> images.resolve(template.image())).invoke(image -> {
            if (template.arguments(image.config()).isEmpty()) {
                throw new BadField(place + ".command", "neither the template nor its image says what to run", "write for example [\"sleep\", \"60\"]");
            }
        }).call(gate::admit);
    }

    private Uni<Void> namesWhatIsThere(ContainerSpec template, String place) {
        return nodes.all().invoke(all -> {
            knowsNode(all, template, place);
            knowsRuntime(all, template, place);
        }).replaceWithVoid();
    }

    private static void knowsNode(List<Node> all, ContainerSpec template, String place) {
        if (template.nodeName() != null && all.stream().map(Node::name).noneMatch(template.nodeName()::equals)) {
            throw new BadField(
                    place + ".nodeName", "there is no node '" + template.nodeName() + "'", "GET /nodes lists them; leave it out to let the platform choose");
        }
    }

    /** The usual class is every node's, also of those that are still to come. */
    private static void knowsRuntime(List<Node> all, ContainerSpec template, String place) {
        Set<String> offered = new TreeSet<>(Set.of(ContainerSpec.DEFAULT_RUNTIME));
        all.forEach(node -> offered.addAll(node.facts().runtimes()));
        if (!offered.contains(template.runtime())) {
            throw new BadField(
                    place + ".runtime", "no node offers the runtime class '" + template.runtime() + "'; there is " + String.join(", ", offered),
                    "leave it out for " + ContainerSpec.DEFAULT_RUNTIME);
        }
    }
}
