package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.scheduler.image.store.ImageStore;
import io.gantry.scheduler.node.core.Node;
import io.gantry.scheduler.node.store.NodeStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** What a template names must be there: a deployment of it would never be steady. */
@Singleton
class TemplateCheck {
    private final ImageStore images;
    private final NodeStore nodes;

    @Inject
    TemplateCheck(ImageStore images, NodeStore nodes) {
        this.images = images;
        this.nodes = nodes;
    }

    /**
     * The template's image.
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
        return knowsNode(template, place).chain(() -> images.resolve(template.image())).invoke(image -> {
            if (template.arguments(image.config()).isEmpty()) {
                throw new BadField(place + ".command", "neither the template nor its image says what to run", "write for example [\"sleep\", \"60\"]");
            }
        });
    }

    private Uni<Void> knowsNode(ContainerSpec template, String place) {
        if (template.nodeName() == null) {
            return Uni.createFrom().voidItem();
        }
        return nodes.all()
                .invoke(all -> {
                    if (all.stream().map(Node::name).noneMatch(template.nodeName()::equals)) {
                        throw new BadField(
                                place + ".nodeName", "there is no node '" + template.nodeName() + "'", "GET /nodes lists them; leave it out to let the platform choose");
                    }
                })
                .replaceWithVoid();
    }
}
