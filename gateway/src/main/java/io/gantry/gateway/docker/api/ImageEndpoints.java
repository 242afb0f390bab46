package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ImageView;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.ImageFilters;
import io.gantry.gateway.docker.core.ImageForms;
import io.gantry.gateway.docker.core.ImageNames;
import io.gantry.gateway.docker.core.LayerSizes;
import io.gantry.gateway.docker.core.Platform;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.scope.Belongings;
import io.gantry.kit.time.World;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The images in our registry. */
@Singleton
class ImageEndpoints {
    private static final Pattern MAYBE_ID = Pattern.compile("(sha256:)?[0-9a-f]{4,64}");
    /** From this minor version on a list can say how much of an image others have, too. */
    private static final int SHARED_SIZE = 42;

    private final PartClient parts;
    private final Belongings belongings;
    private final World world;

    @Inject
    ImageEndpoints(PartClient parts, Belongings belongings, World world) {
        this.belongings = belongings;
        this.parts = parts;
        this.world = world;
    }

    void register(Routes routes) {
        routes.reply(HttpMethod.GET, "/images/json", this::list);
        routes.reply(HttpMethod.GET, "/images/{name}/json", call -> existing(call).map(image -> Reply.ok(ImageForms.inspect(image, call.minor()))));
        routes.reply(HttpMethod.GET, "/images/{name}/history", call -> existing(call).map(image -> Reply.ok(ImageForms.history(image))));
        routes.reply(HttpMethod.POST, "/images/{name}/tag", this::tag);
    }

    /**
     * What a container is made from: a reference stays as it was written, an id becomes the digest it stands for.
     *
     * @param platform what the image must be for, or {@code null}
     */
    Future<ImageRef> resolve(String name, String platform) {
        boolean maybeId = MAYBE_ID.matcher(name).matches();
        if (!maybeId && platform == null) {
            return Future.succeededFuture(ImageNames.reference(name));
        }
        return find(name).map(found -> {
            found.ifPresent(image -> Platform.check(platform, image.image().architecture(), name));
            return found.filter(image -> maybeId).map(image -> named(image, name)).orElseGet(() -> ImageNames.reference(name));
        });
    }

    private static ImageRef named(ImageView image, String name) {
        boolean byTag = image.tags().stream().anyMatch(tag -> tag.repository().equals(name));
        return byTag ? ImageNames.reference(name) : ImageNames.stored(image, image.image().id().value());
    }

    private Future<Reply> list(Call call) {
        ImageFilters filters = ImageFilters.parse(call.parameter("filters"), world.now());
        boolean shared = call.minor() >= SHARED_SIZE && call.flag("shared-size");
        return all().map(found -> {
            List<ImageView> images = call.caller().own(found, Belongings::labels);
            LayerSizes sizes = new LayerSizes(images);
            ArrayNode json = Json.mapper().createArrayNode();
            filters.choose(images).forEach(image -> json.add(
                    ImageForms.summary(image, call.minor(), shared ? sizes.shared(image) : ImageForms.UNKNOWN, ImageForms.UNKNOWN)));
            return Reply.ok(json);
        });
    }

    private Future<Reply> tag(Call call) {
        if (call.parameter("repo") == null) {
            throw new DockerRefusal(400, "invalid reference format: repo is missing");
        }
        ImageRef target = ImageNames.reference(call.parameter("repo") + (call.parameter("tag") == null ? "" : ":" + call.parameter("tag")));
        if (target.digest().isPresent()) {
            throw new DockerRefusal(400, "refusing to create a tag with a digest reference");
        }
        return Future.join(existing(call), belongings.imageName(call.caller(), target))
                .<ImageView>map(known -> known.resultAt(0))
                .compose(image -> parts.call(
                        Part.IMAGE, HttpMethod.POST, "/tags", Map.of("source", ImageNames.stored(image, call.name()), "target", target), DockerContainers.PRINCIPAL))
                .map(Reply.empty(201));
    }

    /** @return the image that the path names; a refusal if there is none */
    Future<ImageView> existing(Call call) {
        return find(call.name()).map(found -> found.orElseThrow(() -> new DockerRefusal(404, "No such image: " + call.name())));
    }

    private Future<Optional<ImageView>> find(String name) {
        return all().map(images -> ImageNames.find(images, name));
    }

    /** Those that the caller may make containers of. */
    Future<List<ImageView>> usable(Caller caller) {
        return all().map(images -> images.stream().filter(image -> caller.mayUse(Belongings.labels(image))).toList());
    }

    Future<List<ImageView>> all() {
        return parts.list(Part.IMAGE, "/images", ImageView.class);
    }
}
