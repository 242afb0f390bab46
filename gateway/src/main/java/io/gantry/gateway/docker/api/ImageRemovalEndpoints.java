package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.ImageView;
import io.gantry.gateway.docker.core.ImageRemoval;
import io.gantry.gateway.docker.core.PruneFilters;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.scope.Belongings;
import io.gantry.kit.time.World;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/** {@code docker rmi} and {@code docker image prune}. There are no images between others, so that {@code noprune} changes nothing. */
@Singleton
class ImageRemovalEndpoints {
    private final PartClient parts;
    private final ImageEndpoints images;
    private final DockerContainers containers;
    private final World world;

    @Inject
    ImageRemovalEndpoints(PartClient parts, ImageEndpoints images, DockerContainers containers, World world) {
        this.parts = parts;
        this.images = images;
        this.containers = containers;
        this.world = world;
    }

    void register(Routes routes) {
        routes.reply(HttpMethod.DELETE, "/images/{name}", this::remove);
        routes.reply(HttpMethod.POST, "/images/prune", this::prune);
    }

    private Future<Reply> remove(Call call) {
        return Future.join(images.existing(call), containers.all()).compose(known -> {
            ImageRemoval removal = ImageRemoval.plan(call.name(), known.resultAt(0), known.resultAt(1), call.flag("force"));
            return execute(removal).map(_ -> Reply.ok(ImageRemoval.told(List.of(removal))));
        });
    }

    /** Those without a name, or all that no container is of. The registry keeps the bytes of layers, so that no space is told of. */
    private Future<Reply> prune(Call call) {
        PruneFilters filters = PruneFilters.parse(call.parameter("filters"), world.now(), "dangling");
        boolean nameless = filters.flag("dangling", true);
        return Future.join(images.all(), containers.all()).compose(known -> {
            List<ContainerView> users = known.resultAt(1);
            List<ImageRemoval> removals = call.caller().own(known.<List<ImageView>>resultAt(0), Belongings::labels).stream()
                    .filter(image -> !nameless || image.tags().isEmpty())
                    .filter(image -> users.stream().noneMatch(one -> image.image().id().equals(one.imageId())))
                    .filter(image -> filters.wants(image.image().config().labels(), image.image().created()))
                    .map(ImageRemoval::whole)
                    .toList();
            return executeAll(removals);
        }).map(done -> {
            ObjectNode json = Json.mapper().createObjectNode();
            json.set("ImagesDeleted", ImageRemoval.told(done));
            return Reply.ok(json.put("SpaceReclaimed", 0));
        });
    }

    private Future<List<ImageRemoval>> executeAll(List<ImageRemoval> removals) {
        List<ImageRemoval> done = new ArrayList<>();
        Future<Void> last = Future.succeededFuture();
        for (ImageRemoval removal : removals) {
            last = last.compose(_ -> execute(removal))
                    .onSuccess(_ -> done.add(removal))
                    // somebody has removed it, or needs it
                    .recover(e -> GatewayProblems.of(e).status() < 500 ? Future.succeededFuture() : Future.failedFuture(e));
        }
        return last.map(_ -> done);
    }

    private Future<Void> execute(ImageRemoval removal) {
        if (removal.deleted()) {
            return delete(removal.image().image().id().value());
        }
        Future<Void> last = Future.succeededFuture();
        for (ImageRef tag : removal.untagged()) {
            last = last.compose(_ -> delete(tag.toString()));
        }
        return last;
    }

    /** Neither a tag nor an id has a character that a path could not hold. */
    private Future<Void> delete(String reference) {
        return parts.call(Part.IMAGE, HttpMethod.DELETE, "/images/" + reference, null, DockerContainers.PRINCIPAL).mapEmpty();
    }
}
