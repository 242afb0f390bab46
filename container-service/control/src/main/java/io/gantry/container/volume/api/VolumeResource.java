package io.gantry.container.volume.api;

import io.gantry.kit.page.LabelFilter;
import io.gantry.container.volume.store.Volumes;
import io.gantry.contracts.id.Projects;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.VolumeRequest;
import io.gantry.contracts.view.VolumeView;
import io.gantry.kit.page.Order;
import io.gantry.kit.page.Page;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code ref} is a name or an id. */
@Path("/container-service/volumes")
@Produces(MediaType.APPLICATION_JSON)
public class VolumeResource {
    private static final Order<VolumeView> ORDER = Order.by("volumes", VolumeView::name);
    private final Volumes volumes;

    @Inject
    VolumeResource(Volumes volumes) {
        this.volumes = volumes;
    }

    @POST
    public Uni<RestResponse<VolumeView>> create(VolumeRequest request) {
        return volumes.create(Projects.DEFAULT, request == null ? new VolumeRequest(null, null, null) : request)
                .map(view -> RestResponse.ResponseBuilder.create(RestResponse.Status.CREATED, view)
                        .location(URI.create("/container-service/volumes/" + view.name()))
                        .build());
    }

    @GET
    public Uni<Items<VolumeView>> list(
            @QueryParam("label") List<String> labels,
            @QueryParam("unused") Boolean unused,
            @QueryParam("name") String name,
            @QueryParam("node") String node,
            @QueryParam("limit") Integer limit,
            @QueryParam("cursor") String cursor) {
        Page page = Page.asked(limit, cursor);
        return volumes.list(Projects.DEFAULT, LabelFilter.of(labels), unused)
                .map(all -> all.stream().filter(volume -> (name == null || volume.name().equals(name)) && (node == null || lies(volume, node))).toList())
                .map(some -> page.of(some, ORDER));
    }

    private static boolean lies(VolumeView volume, String node) {
        return volume.node() != null && (node.equals(volume.node().name()) || node.equals(volume.node().id().value()));
    }

    @GET
    @Path("{ref}")
    public Uni<VolumeView> get(@PathParam("ref") String ref) {
        return volumes.find(Projects.DEFAULT, ref);
    }

    @DELETE
    @Path("{ref}")
    public Uni<Void> remove(@PathParam("ref") String ref) {
        return volumes.remove(Projects.DEFAULT, ref);
    }

    /** Removes those that no container has; with {@code all} also those that somebody has named. Answers with what went. */
    @POST
    @Path("prune")
    public Uni<Items<VolumeView>> prune(@QueryParam("label") List<String> labels, @QueryParam("all") boolean all) {
        return volumes.prune(Projects.DEFAULT, LabelFilter.of(labels), all).map(Items::new);
    }
}
