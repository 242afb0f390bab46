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
import io.gantry.scheduler.image.store.ImageGate;
import io.gantry.scheduler.image.store.ImageStore;
import io.gantry.scheduler.node.store.NodeStore;
import io.gantry.scheduler.prefetch.core.PrefetchNodes;
import io.gantry.scheduler.prefetch.core.PrefetchWish;
import io.gantry.scheduler.prefetch.store.PrefetchWishes;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.List;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;

/** Images that nodes shall have ahead, as people ask for it. */
@Path("/scheduler-service/prefetches")
public class PrefetchResource {
    private static final Order<PrefetchView> ORDER = new Order<>("prefetches", one -> one.id().value(), true);
    private final PrefetchWishes wishes;
    private final ImageStore images;
    private final ImageGate gate;
    private final NodeStore nodes;
    private final World world;

    @Inject
    PrefetchResource(PrefetchWishes wishes, ImageStore images, ImageGate gate, NodeStore nodes, World world) {
        this.wishes = wishes;
        this.images = images;
        this.gate = gate;
        this.nodes = nodes;
        this.world = world;
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

    @GET
    @Path("{id}")
    public Uni<PrefetchView> get(String id) {
        return wishes.get(id).chain(this::view);
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
