package io.gantry.image.build.api;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.BuildView;
import io.gantry.contracts.view.Items;
import io.gantry.image.build.store.BuildCache;
import io.gantry.image.build.store.Builds;
import io.gantry.kit.page.Choice;
import io.gantry.kit.page.Order;
import io.gantry.kit.page.Page;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What was built. */
@Path("/image-service/builds")
@Produces(MediaType.APPLICATION_JSON)
public class BuildResource {
    /** RFC 3339 has no later one, and PostgreSQL none of a billion years. */
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private static final Order<BuildView> ORDER = Order.newestFirst("builds", BuildView::startedAt, one -> one.id().value());
    private final Builds builds;
    private final BuildCache cache;
    private final World world;

    @Inject
    BuildResource(Builds builds, BuildCache cache, World world) {
        this.builds = builds;
        this.cache = cache;
        this.world = world;
    }

    @GET
    public Uni<Items<BuildView>> list(@QueryParam("status") List<String> status, @QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        Page page = Page.asked(limit, cursor);
        Set<BuildView.Status> wanted = Choice.among(BuildView.Status.class, "status", status);
        return (page.isAll() && status.isEmpty() ? builds.latest() : builds.all())
                .map(all -> page.of(all.stream().filter(one -> wanted.contains(one.status())).toList(), ORDER));
    }

    @GET
    @Path("{id}")
    public Uni<BuildView> show(@PathParam("id") String id) {
        return builds.find(id);
    }

    /** Forgets what builds keep for the next ones. @param before by default everything that is there now */
    @POST
    @Path("prune")
    public Uni<Items<Digest>> prune(@QueryParam("before") String before) {
        return cache.forget(before == null || before.isEmpty() ? world.now() : moment(before)).map(Items::new);
    }

    private static Instant moment(String text) {
        try {
            Instant moment = Instant.parse(text);
            if (moment.isBefore(Instant.EPOCH) || moment.isAfter(LAST)) {
                throw new DateTimeException("no build is from then");
            }
            return moment;
        } catch (DateTimeException e) {
            throw new BadField("before", "'" + text + "' is no moment", "write for example 2026-01-31T10:00:00Z");
        }
    }
}
