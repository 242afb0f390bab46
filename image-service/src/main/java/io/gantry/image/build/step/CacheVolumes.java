package io.gantry.image.build.step;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.OwnLabels;
import io.gantry.contracts.view.VolumeView;
import io.gantry.image.Neighbours;
import io.gantry.kit.problem.Refused;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What steps had mounted as caches: volumes, which container-service keeps. Waits; not for event loops. */
@Singleton
public class CacheVolumes {
    private final Neighbours neighbours;
    private final URI prune;

    @Inject
    CacheVolumes(Neighbours neighbours, @ConfigProperty(name = "gantry.services.container.url") URI containers) {
        this.neighbours = neighbours;
        this.prune = containers.resolve("/container-service/volumes/prune?all=true&label=" + URLEncoder.encode(OwnLabels.BUILD_CACHE + "=true", StandardCharsets.UTF_8));
    }

    /**
     * Those that no step uses now.
     *
     * @return the names of those that are gone
     * @throws Refused if container-service doesn't do it
     */
    public List<String> remove() throws InterruptedException {
        return neighbours.items("POST", prune, VolumeView.class, CacheVolumes::silent).stream().map(VolumeView::name).toList();
    }

    private static Refused silent(String why) {
        return new Refused(ProblemType.UNAVAILABLE, "nothing was forgotten: container-service doesn't remove the caches of steps: " + why, "try again when it answers");
    }
}
