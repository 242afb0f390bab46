package io.gantry.gateway.stream;

import io.gantry.contracts.view.ContainerView;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Containers as container-service knows them. */
@Singleton
public class Containers {
    private final PartClient parts;

    @Inject
    Containers(PartClient parts) {
        this.parts = parts;
    }

    /** @param ref id, a prefix of one, or name */
    public Future<ContainerView> find(String ref) {
        return parts.get(Part.CONTAINER, "/containers/" + URLEncoder.encode(ref, StandardCharsets.UTF_8), ContainerView.class);
    }
}
