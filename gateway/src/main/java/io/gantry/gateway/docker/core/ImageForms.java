package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ImageView;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** An image as {@code docker images}, {@code docker image inspect} and {@code docker history} read it. Sizes are those of layers as they are stored. */
public final class ImageForms {
    /** As the API told it: not counted. */
    public static final long UNKNOWN = -1;

    private static final int NO_NAMES_FOR_THE_NAMELESS = 43;
    private static final int NO_VIRTUAL_SIZE = 44;
    private static final int NO_CONTAINER = 45;
    private static final String MISSING = "<missing>";
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private ImageForms() {}

    /**
     * @param minor version of the API
     * @param shared what other images have of it, too, and {@code containers} that are of it; {@link #UNKNOWN} if nobody asked
     */
    public static ObjectNode summary(ImageView view, int minor, long shared, long containers) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("Id", view.image().id().value()).put("ParentId", "");
        json.set("RepoTags", tags(view));
        json.set("RepoDigests", digests(view));
        if (minor < NO_NAMES_FOR_THE_NAMELESS && view.tags().isEmpty()) {
            json.putArray("RepoTags").add("<none>:<none>");
            json.putArray("RepoDigests").add("<none>@<none>");
        }
        json.put("Created", view.image().created() == null ? 0 : view.image().created().getEpochSecond());
        size(json, view, minor).put("SharedSize", shared).put("Containers", containers);
        ObjectNode labels = json.putObject("Labels");
        new TreeMap<>(view.image().config().labels()).forEach(labels::put);
        return json;
    }

    public static ObjectNode inspect(ImageView view, int minor) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("Id", view.image().id().value());
        json.set("RepoTags", tags(view));
        json.set("RepoDigests", digests(view));
        Optional<ImageView.History> newest = view.history().isEmpty() ? Optional.empty() : Optional.of(view.history().getLast());
        json.put("Parent", "").put("Comment", newest.map(ImageView.History::comment).orElse("")).put("Author", newest.map(ImageView.History::author).orElse("")).put("DockerVersion", "").put("Created", time(view.image().created()));
        if (minor < NO_CONTAINER) {
            // of the container that it was made in: there is none any more
            json.put("Container", "").set("ContainerConfig", config(ImageConfig.EMPTY, ""));
        }
        json.set("Config", config(view.image().config(), view.image().config().stopSignal()));
        json.put("Architecture", view.image().architecture()).put("Os", "linux");
        size(json, view, minor);
        json.putObject("GraphDriver").put("Name", "overlay").putObject("Data");
        ArrayNode layers = json.putObject("RootFS").put("Type", "layers").putArray("Layers");
        view.image().layers().forEach(layer -> layers.add(layer.diffId().value()));
        json.putObject("Metadata").put("LastTagTime", time(view.storedAt()));
        return json;
    }

    /** Newest first; what lies below the image itself has no id of its own here. */
    public static ArrayNode history(ImageView view) {
        ArrayNode json = Json.mapper().createArrayNode();
        Iterator<ResolvedImage.Layer> layers = view.image().layers().iterator();
        for (ImageView.History step : view.history()) {
            ObjectNode one = json.insertObject(0).put("Id", MISSING);
            one.put("Created", step.created() == null ? 0 : step.created().getEpochSecond()).put("CreatedBy", step.createdBy() == null ? "" : step.createdBy());
            one.putNull("Tags").put("Size", step.emptyLayer() || !layers.hasNext() ? 0 : layers.next().size().value())
                    .put("Comment", step.comment() == null ? "" : step.comment());
        }
        while (layers.hasNext()) {
            // nobody tells how it was made
            json.insertObject(0)
                    .put("Id", MISSING).put("Created", 0).put("CreatedBy", "").putNull("Tags").put("Size", layers.next().size().value()).put("Comment", "");
        }
        if (!json.isEmpty()) {
            ObjectNode newest = ((ObjectNode) json.get(0)).put("Id", view.image().id().value());
            if (!view.tags().isEmpty()) {
                newest.set("Tags", tags(view));
            }
        }
        return json;
    }

    private static ObjectNode size(ObjectNode json, ImageView view, int minor) {
        long size = view.image().size().value();
        return minor < NO_VIRTUAL_SIZE ? json.put("Size", size).put("VirtualSize", size) : json.put("Size", size);
    }

    /** Fields that are of containers are as they are of one that nobody has said anything of. */
    private static ObjectNode config(ImageConfig config, String stopSignal) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("Hostname", "").put("Domainname", "").put("User", config.user());
        json.put("AttachStdin", false).put("AttachStdout", false).put("AttachStderr", false);
        if (!config.exposedPorts().isEmpty()) {
            ObjectNode exposed = json.putObject("ExposedPorts");
            config.exposedPorts().forEach(exposed::putObject);
        }
        json.put("Tty", false).put("OpenStdin", false).put("StdinOnce", false);
        words(json, "Env", new TreeMap<>(config.env()).entrySet().stream().map(one -> one.getKey() + "=" + one.getValue()).toList());
        words(json, "Cmd", config.command());
        HealthForm.config(config.health()).ifPresent(check -> json.set("Healthcheck", check));
        json.put("Image", "");
        if (config.volumes().isEmpty()) {
            json.putNull("Volumes");
        } else {
            ObjectNode volumes = json.putObject("Volumes");
            config.volumes().forEach(volumes::putObject);
        }
        json.put("WorkingDir", config.workingDir());
        words(json, "Entrypoint", config.entrypoint());
        json.putNull("OnBuild");
        ObjectNode labels = json.putObject("Labels");
        new TreeMap<>(config.labels()).forEach(labels::put);
        if (!stopSignal.isEmpty()) {
            json.put("StopSignal", stopSignal);
        }
        return json;
    }

    private static void words(ObjectNode json, String name, List<String> words) {
        if (words.isEmpty()) {
            json.putNull(name);
        } else {
            words.forEach(json.putArray(name)::add);
        }
    }

    private static ArrayNode tags(ImageView view) {
        ArrayNode tags = Json.mapper().createArrayNode();
        view.tags().forEach(tag -> tag.tagged().ifPresent(tags::add));
        return tags;
    }

    private static ArrayNode digests(ImageView view) {
        ArrayNode digests = Json.mapper().createArrayNode();
        view.digests().stream().filter(digest -> ImageNames.tagged(view, digest)).map(ImageRef::toString).sorted().forEach(digests::add);
        return digests;
    }

    private static String time(Instant at) {
        return at == null ? NEVER : at.toString();
    }
}
