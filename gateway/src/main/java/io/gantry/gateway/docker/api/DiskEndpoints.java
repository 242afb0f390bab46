package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.view.ContainerSize;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.ImageView;
import io.gantry.contracts.view.VolumeView;
import io.gantry.gateway.docker.core.ContainerForms;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.DockerStates;
import io.gantry.gateway.docker.core.ImageForms;
import io.gantry.gateway.docker.core.LayerSizes;
import io.gantry.gateway.docker.core.PruneFilters;
import io.gantry.gateway.docker.core.VolumeForms;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.scope.Belongings;
import io.gantry.gateway.stream.VolumeUsage;
import io.gantry.kit.time.World;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code docker system df}, and what containers are wanted by nobody. What a container has written isn't counted, nor what builds keep. */
@Singleton
class DiskEndpoints {
    private static final Set<String> KINDS = Set.of("container", "image", "volume", "build-cache");
    /** From these minor versions on a client can ask for some kinds alone, and the answer has no sum of the builder's. */
    private static final int KINDS_CHOSEN = 42;

    private final Belongings belongings;
    private final ImageEndpoints images;
    private final DockerContainers containers;
    private final VolumeUsage usage;
    private final ContainerSizes sizes;
    private final World world;

    @Inject
    DiskEndpoints(Belongings belongings, ImageEndpoints images, DockerContainers containers, VolumeUsage usage, ContainerSizes sizes, World world) {
        this.belongings = belongings;
        this.images = images;
        this.containers = containers;
        this.usage = usage;
        this.sizes = sizes;
        this.world = world;
    }

    void register(Routes routes) {
        routes.reply(HttpMethod.GET, "/system/df", this::used);
        routes.reply(HttpMethod.POST, "/containers/prune", this::prune);
    }

    private Future<Reply> used(Call call) {
        Set<String> kinds = kinds(call);
        Future<List<VolumeView>> volumes =
                kinds.contains("volume") ? belongings.volumes(call.caller()).compose(usage::in) : Future.succeededFuture(List.of());
        Future<List<ContainerView>> containers = belongings.containers(call.caller());
        Future<Map<ContainerId, ContainerSize>> sizes =
                kinds.contains("container") ? containers.compose(this.sizes::of) : Future.succeededFuture(Map.of());
        return Future.join(images.all().map(all -> call.caller().own(all, Belongings::labels)), sizes, volumes).map(known -> {
            ObjectNode json = Json.mapper().createObjectNode();
            List<ContainerView> those = containers.result();
            if (kinds.contains("image")) {
                images(json, known.resultAt(0), those, call.minor());
            }
            if (kinds.contains("container")) {
                ArrayNode list = json.putArray("Containers");
                those.forEach(one -> list.add(ContainerSizes.put(ContainerForms.summary(one, call.minor(), world.now()), sizes.result().get(one.id()))));
            }
            if (kinds.contains("volume")) {
                ArrayNode list = json.putArray("Volumes");
                volumes.result().forEach(volume -> list.add(VolumeForms.measured(volume)));
            }
            if (kinds.contains("build-cache")) {
                json.putArray("BuildCache");
            }
            if (call.minor() < KINDS_CHOSEN) {
                json.put("BuilderSize", 0);
            }
            return Reply.ok(json);
        });
    }

    private static void images(ObjectNode json, List<ImageView> images, List<ContainerView> containers, int minor) {
        LayerSizes sizes = new LayerSizes(images);
        json.put("LayersSize", sizes.total());
        ArrayNode list = json.putArray("Images");
        for (ImageView image : images) {
            long users = containers.stream().filter(one -> image.image().id().equals(one.imageId())).count();
            list.add(ImageForms.summary(image, minor, sizes.shared(image), users));
        }
    }

    private static Set<String> kinds(Call call) {
        List<String> asked = call.request().params().getAll("type");
        if (call.minor() < KINDS_CHOSEN || asked.isEmpty()) {
            return KINDS;
        }
        asked.stream().filter(kind -> !KINDS.contains(kind)).findFirst().ifPresent(kind -> {
            throw new DockerRefusal(400, "unknown object type: " + kind);
        });
        return Set.copyOf(asked);
    }

    /** All that don't run, and wait for no other start. */
    private Future<Reply> prune(Call call) {
        PruneFilters filters = PruneFilters.parse(call.parameter("filters"), world.now());
        List<String> gone = new ArrayList<>();
        return belongings.containers(call.caller())
                .map(found -> found.stream().filter(one -> DockerStates.prunable(one) && filters.wants(one.spec().labels(), one.createdAt())).toList())
                .compose(those -> sizes.of(those).compose(sizes -> {
                    Future<Void> last = Future.succeededFuture();
                    for (ContainerView one : those) {
                        last = last.compose(_ -> remove(one, gone));
                    }
                    return last.map(sizes);
                }))
                .map(sizes -> {
                    ObjectNode json = Json.mapper().createObjectNode();
                    gone.forEach(json.putArray("ContainersDeleted")::add);
                    long freed = sizes.entrySet().stream().filter(one -> gone.contains(one.getKey().value())).mapToLong(one -> one.getValue().written().value()).sum();
                    return Reply.ok(json.put("SpaceReclaimed", freed));
                });
    }

    private Future<Void> remove(ContainerView container, List<String> gone) {
        return containers.remove(container.id(), false, false)
                .onSuccess(_ -> gone.add(container.id().value()))
                // it has been started or removed meanwhile
                .recover(e -> e instanceof DockerRefusal no && no.status() < 500 || GatewayProblems.of(e).status() < 500
                        ? Future.succeededFuture()
                        : Future.failedFuture(e));
    }
}
