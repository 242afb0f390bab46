package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ImageView;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.ImageForms;
import io.gantry.gateway.docker.core.ImageNames;
import io.gantry.gateway.docker.core.ListFilters;
import io.gantry.gateway.docker.core.Platform;
import io.gantry.gateway.events.Acts;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The images in our registry. Nothing is pulled from elsewhere yet, and pulling says so. */
@Singleton
class ImageEndpoints {
    private static final Pattern MAYBE_ID = Pattern.compile("(sha256:)?[0-9a-f]{4,64}");
    private static final Set<String> FILTERS = Set.of("reference", "label", "dangling");
    private final PartClient parts;
    private final Acts acts;

    @Inject
    ImageEndpoints(PartClient parts, Acts acts) {
        this.acts = acts;
        this.parts = parts;
    }

    void register(Routes routes) {
        routes.reply(HttpMethod.GET, "/images/json", this::list);
        routes.reply(HttpMethod.GET, "/images/{name}/json", this::inspect);
        routes.respond(HttpMethod.POST, "/images/create", this::pull);
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
        String repository = image.tags().isEmpty() ? image.image().reference().repository() : image.tags().getFirst().repository();
        return byTag ? ImageNames.reference(name) : new ImageRef(repository, Optional.empty(), Optional.of(image.image().manifest()));
    }

    private Future<Reply> list(Call call) {
        var filters = ListFilters.entries(call.parameter("filters"));
        filters.keySet().stream().filter(key -> !FILTERS.contains(key)).findFirst().ifPresent(key -> {
            throw new DockerRefusal(400, "invalid filter '" + key + "'");
        });
        List<String> references = filters.getOrDefault("reference", List.of());
        List<String> labels = filters.getOrDefault("label", List.of());
        boolean dangling = filters.getOrDefault("dangling", List.of()).stream().anyMatch(v -> v.equals("true") || v.equals("1"));
        return images().map(images -> {
            ArrayNode json = Json.mapper().createArrayNode();
            images.stream()
                    .filter(image -> !dangling || image.tags().isEmpty())
                    .filter(image -> references.isEmpty() || references.stream().anyMatch(r -> image.tags().stream().anyMatch(tag -> matches(tag, r))))
                    .filter(image -> labels.stream().allMatch(label -> hasLabel(image, label)))
                    .forEach(image -> json.add(ImageForms.summary(image)));
            return Reply.ok(json);
        });
    }

    private Future<Reply> inspect(Call call) {
        return find(call.name())
                .map(found -> Reply.ok(ImageForms.inspect(found.orElseThrow(() -> new DockerRefusal(404, "No such image: " + call.name())))));
    }

    /** Errors of a pull come in the stream, with status 200, as clients expect. */
    private Future<Void> pull(Call call) {
        String from = call.parameter("fromImage");
        if (from == null) {
            throw DockerRefusal.notSupported("importing an image (fromSrc)");
        }
        String tag = call.parameter("tag");
        String separator = tag != null && tag.startsWith("sha256:") ? "@" : ":";
        String name = tag == null ? from : from + separator + tag;
        return find(name).compose(found -> {
            ObjectNode json = Json.mapper().createObjectNode();
            found.ifPresent(image -> Platform.check(call.parameter("platform"), image.image().architecture(), name));
            if (found.isPresent()) {
                json.put("status", "Status: Image is up to date for " + ImageNames.reference(name));
                acts.tell(new ImageEvent.Pulled(ImageNames.reference(name)));
            } else {
                String message = ImageNames.reference(name) + " is not in Gantry's registry, and pulling from other registries is not supported yet; push it to /v2 first";
                json.putObject("errorDetail").put("message", message);
                json.put("error", message);
            }
            return call.request().response().putHeader("Content-Type", "application/json").end(json + "\r\n");
        });
    }

    private Future<Optional<ImageView>> find(String name) {
        return images().map(images -> ImageNames.find(images, name));
    }

    private Future<List<ImageView>> images() {
        return parts.list(Part.IMAGE, "/images", ImageView.class);
    }

    /** {@code *} stands for anything but a slash, as in a shell. */
    private static boolean matches(ImageRef tag, String wanted) {
        Pattern pattern = Pattern.compile(Pattern.quote(wanted).replace("*", "\\E[^/]*\\Q"));
        return pattern.matcher(tag.repository()).matches() || tag.tagged().filter(t -> pattern.matcher(t).matches()).isPresent();
    }

    private static boolean hasLabel(ImageView image, String wanted) {
        int equals = wanted.indexOf('=');
        String value = image.image().config().labels().get(equals < 0 ? wanted : wanted.substring(0, equals));
        return value != null && (equals < 0 || value.equals(wanted.substring(equals + 1)));
    }
}
