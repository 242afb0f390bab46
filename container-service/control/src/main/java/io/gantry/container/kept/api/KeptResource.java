package io.gantry.container.kept.api;

import io.gantry.container.kept.store.KeptStore;
import io.gantry.container.lifecycle.api.LabelFilter;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.KeptRequest;
import io.gantry.contracts.view.KeptView;
import io.smallrye.mutiny.Uni;
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

/** What secrets and configs have in common. {@code ref} is a name or an id. No answer has a secret's content. */
@Produces(MediaType.APPLICATION_JSON)
abstract class KeptResource {
    private static final String PROJECT = "default";
    private final KeptStore kept;
    private final String kind;

    KeptResource(KeptStore kept, String kind) {
        this.kept = kept;
        this.kind = kind;
    }

    @POST
    @ResponseStatus(201)
    public Uni<KeptView> create(KeptRequest request) {
        return kept.create(PROJECT, kind, Bodies.present(request));
    }

    @GET
    public Uni<Items<KeptView>> list(@QueryParam("label") List<String> labels) {
        return kept.list(PROJECT, kind, LabelFilter.of(labels)).map(Items::new);
    }

    @GET
    @Path("{ref}")
    public Uni<KeptView> get(@PathParam("ref") String ref) {
        return kept.find(PROJECT, kind, ref);
    }

    /** Containers that have it get the new content as they run. */
    @POST
    @Path("{ref}/rotate")
    public Uni<KeptView> rotate(@PathParam("ref") String ref, KeptRequest request) {
        return kept.rotate(PROJECT, kind, ref, Bodies.contentAlone(request));
    }

    @DELETE
    @Path("{ref}")
    public Uni<Void> remove(@PathParam("ref") String ref) {
        return kept.remove(PROJECT, kind, ref);
    }
}
