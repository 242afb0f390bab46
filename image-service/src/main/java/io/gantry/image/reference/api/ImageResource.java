package io.gantry.image.reference.api;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.ImageView;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.TagRequest;
import io.gantry.image.reference.store.Images;
import io.gantry.image.reference.store.Tagging;
import io.gantry.kit.page.Order;
import io.gantry.kit.page.Page;
import io.gantry.kit.problem.Refused;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Images, by whatever people call them. */
@Path("/image-service")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class ImageResource {
    /** When it was stored changes when it is stored once more. */
    private static final Order<ImageView> ORDER = Order.by("images", one -> one.image().id().value());
    private final Images images;
    private final Tagging tagging;

    @Inject
    ImageResource(Images images, Tagging tagging) {
        this.images = images;
        this.tagging = tagging;
    }

    @GET
    @Path("images")
    public Uni<Items<ImageView>> list(@QueryParam("repository") String repository, @QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        Page page = Page.asked(limit, cursor);
        return images.all()
                .map(all -> all.stream().filter(one -> repository == null || one.tags().stream().anyMatch(tag -> tag.repository().equals(repository))).toList())
                .map(some -> page.of(some, ORDER));
    }

    @GET
    @Path("images/{reference:.+}")
    public Uni<ImageView> show(@PathParam("reference") String reference) {
        return images.view(reference);
    }

    @DELETE
    @Path("images/{reference:.+}")
    public Uni<Void> delete(@PathParam("reference") String reference) {
        return tagging.delete(reference);
    }

    /** Answers with what {@code source} is, when {@code target} means it too. */
    @POST
    @Path("tags")
    @ResponseStatus(201)
    @RunOnVirtualThread
    public ImageView tag(TagRequest request) {
        if (request == null) {
            throw new Refused(ProblemType.INVALID_FIELD, "the body is empty", "send {\"source\": \"shop/web:1.2\", \"target\": \"shop/web:stable\"}");
        }
        tagging.tag(request.source(), request.target());
        return tagging.view(request.target());
    }
}
