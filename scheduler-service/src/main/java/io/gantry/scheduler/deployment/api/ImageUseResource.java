package io.gantry.scheduler.deployment.api;

import io.gantry.contracts.view.ImageUse;
import io.gantry.contracts.view.Items;
import io.gantry.scheduler.deployment.store.DeployedImages;
import io.gantry.scheduler.prefetch.store.PrefetchWishes;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.stream.Stream;

/** For image-service, which asks before it removes any. */
@Path("/scheduler-service/images-in-use")
@Produces(MediaType.APPLICATION_JSON)
public class ImageUseResource {
    private final DeployedImages images;
    private final PrefetchWishes ahead;

    @Inject
    ImageUseResource(DeployedImages images, PrefetchWishes ahead) {
        this.images = images;
        this.ahead = ahead;
    }

    /** Of each revision that a deployment has, since it could be gone back to, of what is just being granted, and of what nodes shall have ahead. */
    @GET
    public Uni<Items<ImageUse>> all() {
        return images.all().chain(deployed -> ahead.uses().map(uses -> new Items<>(Stream.concat(deployed.stream(), uses.stream()).toList())));
    }
}
