package io.gantry.image.build.api;

import io.gantry.contracts.view.BuildView;
import io.gantry.contracts.view.Items;
import io.gantry.image.build.store.Builds;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** What was built. */
@Path("/image-service/builds")
@Produces(MediaType.APPLICATION_JSON)
public class BuildResource {
    private final Builds builds;

    @Inject
    BuildResource(Builds builds) {
        this.builds = builds;
    }

    @GET
    public Uni<Items<BuildView>> list() {
        return builds.all().map(Items::new);
    }

    @GET
    @Path("{id}")
    public Uni<BuildView> show(@PathParam("id") String id) {
        return builds.find(id);
    }
}
