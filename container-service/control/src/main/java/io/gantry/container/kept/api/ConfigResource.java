package io.gantry.container.kept.api;

import io.gantry.container.kept.store.KeptStore;
import io.gantry.container.lifecycle.api.LabelFilter;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.KeptRequest;
import io.gantry.contracts.view.KeptView;
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
import java.util.List;
import org.jboss.resteasy.reactive.ResponseStatus;

/** {@code ref} is a name or an id. */
@Path("/container-service/configs")
@Produces(MediaType.APPLICATION_JSON)
public class ConfigResource {
    private static final String KIND = "config";
    private static final String PROJECT = "default";
    private final KeptStore kept;

    @Inject
    ConfigResource(KeptStore kept) {
        this.kept = kept;
    }

    @POST
    @ResponseStatus(201)
    public Uni<KeptView> create(KeptRequest request) {
        return kept.create(PROJECT, KIND, Bodies.present(request));
    }

    @GET
    public Uni<Items<KeptView>> list(@QueryParam("label") List<String> labels) {
        return kept.list(PROJECT, KIND, LabelFilter.of(labels)).map(Items::new);
    }

    @GET
    @Path("{ref}")
    public Uni<KeptView> get(@PathParam("ref") String ref) {
        return kept.find(PROJECT, KIND, ref);
    }

    /** Containers that have it get the new content as they run. */
    @POST
    @Path("{ref}/rotate")
    public Uni<KeptView> rotate(@PathParam("ref") String ref, KeptRequest request) {
        return kept.rotate(PROJECT, KIND, ref, Bodies.contentAlone(request));
    }

    @DELETE
    @Path("{ref}")
    public Uni<Void> remove(@PathParam("ref") String ref) {
        return kept.remove(PROJECT, KIND, ref);
    }
}
