package io.gantry.image.build.api;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.BuildStepView;
import io.gantry.contracts.view.BuildView;
import io.gantry.contracts.view.Items;
import io.gantry.image.Database;
import io.gantry.image.build.core.StepId;
import io.gantry.image.build.step.CacheVolumes;
import io.gantry.image.build.step.RunningBuilds;
import io.gantry.image.build.step.StepBook;
import io.gantry.image.build.store.BuildCache;
import io.gantry.image.build.store.Builds;
import io.gantry.kit.page.Choice;
import io.gantry.kit.page.Order;
import io.gantry.kit.page.Page;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.smallrye.common.annotation.RunOnVirtualThread;
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
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What is built and was built. */
@Path("/image-service/builds")
@Produces(MediaType.APPLICATION_JSON)
public class BuildResource {
    /** RFC 3339 has no later one, and PostgreSQL none of a billion years. */
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private static final Order<BuildView> ORDER = Order.newestFirst("builds", BuildView::startedAt, one -> one.id().value());
    private final Builds builds;
    private final RunningBuilds running;
    private final BuildCache cache;
    private final CacheVolumes volumes;
    private final Database database;
    private final World world;

    @Inject
    BuildResource(Builds builds, RunningBuilds running, BuildCache cache, CacheVolumes volumes, Database database, World world) {
        this.builds = builds;
        this.running = running;
        this.cache = cache;
        this.volumes = volumes;
        this.database = database;
        this.world = world;
    }

    @GET
    public Uni<Items<BuildView>> list(@QueryParam("status") List<String> status, @QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        Page page = Page.asked(limit, cursor);
        Set<BuildView.Status> wanted = Choice.among(BuildView.Status.class, "status", status);
        return (page.isAll() && status.isEmpty() ? builds.latest() : builds.all())
                .map(all -> page.of(all.stream().filter(one -> wanted.contains(one.status())).toList(), ORDER));
    }

    /** With its steps: as they are while it goes on, as they were when it is over. */
    @GET
    @Path("{id}")
    public Uni<BuildView> show(@PathParam("id") String id) {
        Optional<StepBook> book = running.book(id);
        return builds.find(id).map(view -> view.steps() == null && book.isPresent() ? view.withSteps(book.get().views()) : view);
    }

    /** What a step wrote; nothing if it wrote nothing. */
    @GET
    @Path("{id}/log")
    @Produces(MediaType.TEXT_PLAIN)
    public Uni<String> log(@PathParam("id") String id, @QueryParam("step") Integer step, @QueryParam("trigger") Integer trigger) {
        if (step == null) {
            throw new BadField("step", "no step is named", "give the number of one: ?step=3");
        }
        StepId wanted = new StepId(step, trigger == null ? 0 : trigger);
        Optional<StepBook> book = running.book(id);
        return builds.find(id).chain(view -> {
            List<BuildStepView> steps = view.steps() == null ? book.map(StepBook::views).orElse(List.of()) : view.steps();
            if (steps.stream().noneMatch(one -> one.step() == wanted.number() && Objects.requireNonNullElse(one.trigger(), 0) == wanted.trigger())) {
                throw new Refused(ProblemType.NOT_FOUND, "the build has no step " + wanted, "GET /builds/" + id + " lists them");
            }
            return view.steps() == null && book.isPresent()
                    ? Uni.createFrom().item(book.get().logs().getOrDefault(wanted, ""))
                    : builds.log(id, wanted).map(log -> log.orElse(""));
        });
    }

    /** Its steps end, and nothing of it stays. */
    @POST
    @Path("{id}/cancel")
    public Uni<Void> cancel(@PathParam("id") String id) {
        return builds.find(id).invoke(view -> {
            if (!running.cancel(id)) {
                throw new Refused(ProblemType.CONFLICT, "build '" + id + "' is over: " + view.status().name().toLowerCase(Locale.ROOT), "there is nothing to cancel");
            }
        }).replaceWithVoid();
    }

    /**
     * Forgets what builds keep for the next ones: layers, and what steps had mounted as caches. When a cache was used last nobody knows, so that a time leaves them.
     *
     * @param before by default everything that is there now
     * @return keys of layers, names of caches
     */
    @POST
    @Path("prune")
    @RunOnVirtualThread
    public Items<String> prune(@QueryParam("before") String before) throws InterruptedException {
        boolean all = before == null || before.isEmpty();
        Instant moment = all ? world.now() : moment(before);
        List<String> caches = all ? volumes.remove() : List.of();
        List<Digest> keys = database.await(() -> cache.forget(moment));
        return new Items<>(Stream.concat(keys.stream().map(Digest::value), caches.stream()).toList());
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
