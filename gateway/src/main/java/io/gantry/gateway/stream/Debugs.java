package io.gantry.gateway.stream;

import io.gantry.contracts.link.DebugOrder;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.ImageView;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.kit.problem.Refused;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Looks into containers: image-service knows the toolbox, the container's node does the rest. */
@Singleton
class Debugs {
    private final PartClient parts;
    private final AgentClient agents;
    private final ImageRef usual;

    @Inject
    Debugs(PartClient parts, AgentClient agents, @ConfigProperty(name = "gantry.debug.image") String usual) {
        this.parts = parts;
        this.agents = agents;
        this.usual = ImageRef.parse(usual);
    }

    /** @return the agent's answer: the id of what can be started as an exec */
    Future<Buffer> make(ContainerView container, DebugSpec asked) {
        DebugSpec spec = asked.image() == null ? asked.withImage(usual) : asked;
        return parts.get(Part.IMAGE, "/images/" + spec.image(), ImageView.class)
                .recover(e -> Future.failedFuture(asked.image() == null ? toolbox(e) : e))
                .compose(image -> agents.call(
                        container, HttpMethod.POST, "/containers/" + container.id() + "/debugs",
                        new DebugOrder(spec, image.image().withReference(spec.image()))));
    }

    private Throwable toolbox(Throwable e) {
        boolean missing = e instanceof GatewayProblems.Refusing refusing && missing(refusing.problem());
        return missing
                ? new Refused(
                        ProblemType.IMAGE_NOT_FOUND,
                        "there is no toolbox: no image is named " + usual,
                        "push one with a shell and the tools you like under that name, such as busybox; or name an image of yours (image, --image)")
                : e;
    }

    private static boolean missing(Problem problem) {
        return problem.is(ProblemType.IMAGE_NOT_FOUND);
    }
}
