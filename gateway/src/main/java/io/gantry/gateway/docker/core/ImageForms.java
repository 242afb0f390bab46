package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.view.ImageView;

/** An image as {@code docker images} and {@code docker image inspect} read it. */
public final class ImageForms {
    private ImageForms() {}

    public static ObjectNode summary(ImageView view) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("Id", view.image().id().value()).put("ParentId", "");
        json.set("RepoTags", tags(view));
        json.set("RepoDigests", digests(view));
        json.put("Created", view.image().created() == null ? 0 : view.image().created().getEpochSecond());
        json.put("Size", view.image().size().value()).put("SharedSize", -1).put("Containers", -1);
        ObjectNode labels = json.putObject("Labels");
        view.image().config().labels().forEach(labels::put);
        return json;
    }

    public static ObjectNode inspect(ImageView view) {
        ImageConfig config = view.image().config();
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("Id", view.image().id().value());
        json.set("RepoTags", tags(view));
        json.set("RepoDigests", digests(view));
        json.put("Parent", "").put("Comment", "").put("Author", "").put("DockerVersion", "");
        json.put("Created", view.image().created() == null ? "0001-01-01T00:00:00Z" : view.image().created().toString());
        json.put("Architecture", view.image().architecture()).put("Os", "linux").put("Size", view.image().size().value());
        ObjectNode inner = json.putObject("Config");
        inner.put("User", config.user()).put("WorkingDir", config.workingDir()).put("StopSignal", config.stopSignal());
        ArrayNode env = inner.putArray("Env");
        config.env().forEach((name, value) -> env.add(name + "=" + value));
        ArrayNode entrypoint = inner.putArray("Entrypoint");
        config.entrypoint().forEach(entrypoint::add);
        ArrayNode command = inner.putArray("Cmd");
        config.command().forEach(command::add);
        ObjectNode exposed = inner.putObject("ExposedPorts");
        config.exposedPorts().forEach(exposed::putObject);
        ObjectNode labels = inner.putObject("Labels");
        config.labels().forEach(labels::put);
        ArrayNode layers = json.putObject("RootFS").put("Type", "layers").putArray("Layers");
        view.image().layers().forEach(layer -> layers.add(layer.diffId().value()));
        return json;
    }

    private static ArrayNode tags(ImageView view) {
        ArrayNode tags = Json.mapper().createArrayNode();
        view.tags().forEach(tag -> tag.tagged().ifPresent(tags::add));
        return tags;
    }

    private static ArrayNode digests(ImageView view) {
        ArrayNode digests = Json.mapper().createArrayNode();
        view.tags().stream().map(tag -> tag.repository()).distinct().forEach(repository -> digests.add(repository + "@" + view.image().manifest()));
        return digests;
    }
}
