package io.gantry.image.retention.api;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.RetentionReportView;
import io.gantry.contracts.view.RetentionRequest;
import io.gantry.contracts.view.RetentionView;
import io.gantry.image.layer.core.PathPattern;
import io.gantry.image.retention.Retention;
import io.gantry.image.retention.store.Retentions;
import io.gantry.kit.page.Order;
import io.gantry.kit.page.Page;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
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

/** Rules for which tags stay. */
@Path("/image-service/retentions")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class RetentionResource {
    private static final Order<RetentionView> ORDER = Order.by("retentions", RetentionView::name);
    private final Retentions retentions;
    private final Retention retention;
    private final World world;

    @Inject
    RetentionResource(Retentions retentions, Retention retention, World world) {
        this.retentions = retentions;
        this.retention = retention;
        this.world = world;
    }

    @GET
    public Uni<Items<RetentionView>> list(@QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        Page page = Page.asked(limit, cursor);
        return retentions.all().map(all -> page.of(all, ORDER));
    }

    @POST
    @ResponseStatus(201)
    public Uni<RetentionView> add(RetentionRequest request) {
        if (request == null) {
            throw new Refused(ProblemType.INVALID_FIELD, "the body is empty", "send {\"name\": \"shop\", \"repositories\": \"shop/*\", \"keepLast\": 10}");
        }
        if (request.keepLast() == null && request.keepYounger() == null) {
            throw new BadField("keepLast", "neither keepLast nor keepYounger says which tags stay", "write for example \"keepLast\": 10");
        }
        // what can't be followed is refused now
        new PathPattern(request.repositories()).matches("a/b");
        request.keepTags().forEach(pattern -> new PathPattern(pattern).matches("a"));
        return retentions.add(new RetentionView(request.name(), request.repositories(), request.keepLast(), request.keepYounger(), request.keepTags(), world.now()));
    }

    @DELETE
    @Path("{name}")
    public Uni<Void> remove(@PathParam("name") String name) {
        return retentions.remove(name);
    }

    @POST
    @Path("apply")
    @RunOnVirtualThread
    public RetentionReportView apply(@QueryParam("dryRun") boolean dryRun) throws InterruptedException {
        return retention.apply(dryRun);
    }
}
