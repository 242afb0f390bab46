package io.gantry.container.lifecycle.api;

import io.gantry.container.lifecycle.store.ContainerQueries;
import io.gantry.contracts.view.ImageUse;
import io.gantry.contracts.view.Items;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** For image-service, which asks before it removes any. */
@Path("/container-service/images-in-use")
@Produces(MediaType.APPLICATION_JSON)
public class ImageUseResource {
    private final ContainerQueries queries;

    @Inject
    ImageUseResource(ContainerQueries queries) {
        this.queries = queries;
    }

    /** Each image of a container that isn't removed, once. */
    @GET
    public Uni<Items<ImageUse>> all() {
        return queries.imagesInUse().map(Items::new);
    }
}
