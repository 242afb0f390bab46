package io.gantry.scheduler.deployment.api;

import io.gantry.contracts.view.ImageUse;
import io.gantry.contracts.view.Items;
import io.gantry.scheduler.deployment.store.DeployedImages;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;

/** For image-service, which asks before it removes any. */
@Path("/scheduler-service/images-in-use")
public class ImageUseResource {
    private final DeployedImages images;

    @Inject
    ImageUseResource(DeployedImages images) {
        this.images = images;
    }

    /** Of each revision that a deployment has, since it could be gone back to, and of what is just being granted. */
    @GET
    public Uni<Items<ImageUse>> all() {
        return images.all().map(Items::new);
    }
}
