package io.gantry.scheduler.prefetch.api;

import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.PrefetchId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.PrefetchRequest;
import io.gantry.contracts.view.PrefetchView;
import io.gantry.kit.page.Order;
import io.gantry.kit.page.Page;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.gantry.scheduler.WaitTime;
import io.gantry.scheduler.image.store.ImageGate;
import io.gantry.scheduler.image.store.ImageStore;
import io.gantry.scheduler.node.store.NodeStore;
import io.gantry.scheduler.prefetch.NodeNews;
import io.gantry.scheduler.prefetch.core.PrefetchNodes;
import io.gantry.scheduler.prefetch.core.PrefetchWish;
import io.gantry.scheduler.prefetch.store.PrefetchWishes;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;

/** Images that nodes shall have ahead, as people ask for it. */
@Path("/scheduler-service/prefetches")
@Produces(MediaType.APPLICATION_JSON)
public class PrefetchResource {
    private static final Order<PrefetchView> ORDER = new Order<>("prefetches", one -> one.id().value(), true);
    /** It may have been taken away meanwhile, or a node been heard by another replica of this service. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
    private static final Duration TOGETHER = Duration.ofMillis(100);
    private final PrefetchWishes wishes;
    private final ImageStore images;
    private final ImageGate gate;
    private final NodeStore nodes;
    private final World world;
    private final NodeNews news;

    @Inject
    PrefetchResource(PrefetchWishes wishes, ImageStore images, ImageGate gate, NodeStore nodes, World world, NodeNews news) {
        this.wishes = wishes;
        this.images = images;
        this.gate = gate;
        this.nodes = nodes;
        this.world = world;
        this.news = news;
    }

    /** Nodes are told; how far they are is asked for afterwards. */
    @POST
    public Uni<RestResponse<PrefetchView>> create(PrefetchRequest request) {
        if (request == null) {
            throw new Refused(new Refusal(ProblemType.INVALID_FIELD, "the body is empty", "image", "write for example {\"image\": \"shop/web:1.2\"}"));
        }
        return nodes.all()
                .map(all -> chosen(PrefetchNodes.of(request.nodes(), all)))
                .chain(chosen -> images.resolve(request.reference()).call(gate::admit).map(image -> {
                    Instant now = world.now();
                    return new PrefetchWish(new PrefetchId(Ids.of("prefetch", now, world.random())), request.image(), image, chosen, now, now.plus(request.keep()));
                }))
                .call(wishes::add)
                .chain(this::view)
                .map(view -> RestResponse.status(RestResponse.Status.CREATED, view));
    }

    @GET
    public Uni<Items<PrefetchView>> list(@RestQuery Integer limit, @RestQuery String cursor) {
        Page page = Page.asked(limit, cursor);
        return wishes.all().chain(all -> nodes.all().map(known -> all.stream().map(wish -> wish.view(known)).toList())).map(all -> page.of(all, ORDER));
    }

    /**
     * With {@code wait} when so many of its nodes are {@link PrefetchView.State#isSettled settled}, or as it is when {@code timeout} is over.
     *
     * @param wait at least 1; more than it has nodes is all of them
     */
    @GET
    @Path("{id}")
    public Uni<PrefetchView> get(String id, @RestQuery Integer wait, @RestQuery @DefaultValue("PT60S") String timeout) {
        if (wait == null) {
            return wishes.get(id).chain(this::view);
        }
        if (wait < 1) {
            throw new Refused(new Refusal(ProblemType.INVALID_FIELD, "wait is how many nodes are to be waited for, at least 1, got " + wait, "wait", null));
        }
        return whenSettled(id, wait, world.now().plus(WaitTime.of(timeout)));
    }

    private Uni<PrefetchView> whenSettled(String id, int many, Instant until) {
        Duration left = Duration.between(world.now(), until);
        if (left.toMillis() < 1) {
            // less than any timer can wait for
            return wishes.get(id).chain(this::view);
        }
        // listened for before it is looked at, so that nothing said between the two is missed
        Uni<Void> heard = news.next(left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN).memoize().indefinitely();
        Cancellable listening = heard.subscribe().with(_ -> {});
        return wishes.get(id)
                .chain(this::view)
                .onFailure().invoke(listening::cancel)
                .chain(view -> {
                    if (view.settled() >= Math.min(many, view.nodes().size())) {
                        listening.cancel();
                        return Uni.createFrom().item(view);
                    }
                    // what many nodes say at about the same time is looked at once
                    return heard.onItem().delayIt().by(TOGETHER).chain(() -> whenSettled(id, many, until));
                });
    }

    @DELETE
    @Path("{id}")
    public Uni<Void> remove(String id) {
        return wishes.remove(id);
    }

    private Uni<PrefetchView> view(PrefetchWish wish) {
        return nodes.all().map(wish::view);
    }

    private static List<NodeId> chosen(PrefetchNodes nodes) {
        return switch (nodes) {
            case PrefetchNodes.Chosen(var all) -> all;
            case PrefetchNodes.No(var refusal) -> throw new Refused(refusal);
        };
    }
}
