package io.gantry.container.kept.api;

import io.gantry.container.kept.store.KeptStore;
import io.gantry.kit.page.LabelFilter;
import io.gantry.contracts.id.Projects;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.KeptPatch;
import io.gantry.contracts.view.KeptRequest;
import io.gantry.contracts.view.KeptView;
import io.gantry.kit.page.Order;
import io.gantry.kit.page.Page;
import io.gantry.kit.version.IfMatch;
import io.gantry.kit.version.Tag;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;

/** What secrets and configs have in common. {@code ref} is a name or an id. No answer has a secret's content. */
@Produces(MediaType.APPLICATION_JSON)
abstract class KeptResource {
    private final KeptStore kept;
    private final String kind;

    KeptResource(KeptStore kept, String kind) {
        this.kept = kept;
        this.kind = kind;
    }

    @POST
    public Uni<RestResponse<KeptView>> create(KeptRequest request) {
        return kept.create(Projects.DEFAULT, kind, Bodies.present(request)).map(view -> answer(RestResponse.Status.CREATED, view));
    }

    @GET
    public Uni<Items<KeptView>> list(
            @QueryParam("label") List<String> labels, @QueryParam("name") String name, @QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        Page page = Page.asked(limit, cursor);
        return kept.list(Projects.DEFAULT, kind, LabelFilter.of(labels))
                .map(all -> all.stream().filter(one -> name == null || one.name().equals(name)).toList())
                .map(some -> page.of(some, Order.by(kind + "s", KeptView::name)));
    }

    @GET
    @Path("{ref}")
    public Uni<RestResponse<KeptView>> get(@PathParam("ref") String ref) {
        return kept.find(Projects.DEFAULT, kind, ref).map(view -> answer(RestResponse.Status.OK, view));
    }

    /** Containers that have it get the new content as they run. */
    @POST
    @Path("{ref}/rotate")
    public Uni<RestResponse<KeptView>> rotate(@PathParam("ref") String ref, @HeaderParam(IfMatch.HEADER) String ifMatch, KeptRequest request) {
        return kept.rotate(Projects.DEFAULT, kind, ref, Bodies.contentAlone(request), IfMatch.of(ifMatch)).map(view -> answer(RestResponse.Status.OK, view));
    }

    /** Other labels; a content that is said must be what it has. */
    @PATCH
    @Path("{ref}")
    public Uni<RestResponse<KeptView>> label(@PathParam("ref") String ref, @HeaderParam(IfMatch.HEADER) String ifMatch, KeptPatch patch) {
        return kept.label(Projects.DEFAULT, kind, ref, Bodies.present(patch), IfMatch.of(ifMatch)).map(view -> answer(RestResponse.Status.OK, view));
    }

    @DELETE
    @Path("{ref}")
    public Uni<Void> remove(@PathParam("ref") String ref, @HeaderParam(IfMatch.HEADER) String ifMatch) {
        return kept.remove(Projects.DEFAULT, kind, ref, IfMatch.of(ifMatch));
    }

    private static RestResponse<KeptView> answer(RestResponse.Status status, KeptView view) {
        return RestResponse.ResponseBuilder.create(status, view).header(Tag.HEADER, Tag.of(view.version())).build();
    }
}
