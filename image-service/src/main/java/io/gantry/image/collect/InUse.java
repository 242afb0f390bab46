package io.gantry.image.collect;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.ImageUse;
import io.gantry.image.Neighbours;
import io.gantry.kit.problem.Refused;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What people run, or could go back to: asked of those who know, at the moment at which it matters. Waits; not for event loops. */
@Singleton
public class InUse {
    private final Neighbours neighbours;
    private final URI containers;
    private final URI deployments;

    @Inject
    InUse(
            Neighbours neighbours,
            @ConfigProperty(name = "gantry.services.container.url") URI containers,
            @ConfigProperty(name = "gantry.services.scheduler.url") URI deployments) {
        this.neighbours = neighbours;
        this.containers = containers;
        this.deployments = deployments;
    }

    /** @throws Refused if one of them doesn't say: then nobody knows what may go */
    public List<ImageUse> ask() throws InterruptedException {
        return Stream.concat(ask(containers, "container-service").stream(), ask(deployments, "scheduler-service").stream()).toList();
    }

    private List<ImageUse> ask(URI base, String service) throws InterruptedException {
        return neighbours.items("GET", base.resolve("/" + service + "/images-in-use"), ImageUse.class, why -> new Refused(
                ProblemType.UNAVAILABLE, "nothing was removed: " + service + " doesn't say which images are in use: " + why, "try again when it answers"));
    }
}
