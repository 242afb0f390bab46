package io.gantry.image.build.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ResolvedImage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * An image as far as it is built: its configuration (the OCI form) and its layers. Immutable; what an instruction doesn't touch
 * stays as the base image had it.
 *
 * @param ownCommand its CMD, or that there is none, was said since it began, not by the base image
 */
public record ImageDraft(ObjectNode document, List<ResolvedImage.Layer> layers, boolean ownCommand) {
    public ImageDraft {
        layers = List.copyOf(layers);
    }

    public static ImageDraft scratch(Platform platform) {
        ObjectNode document = written(platform, Json.mapper().createObjectNode());
        document.putObject("config").putArray("Env").add("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        document.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        document.putArray("history");
        return new ImageDraft(document, List.of(), false);
    }

    /** @param document the base image's configuration */
    public static ImageDraft on(JsonNode document, List<ResolvedImage.Layer> layers) {
        ObjectNode own = document.deepCopy();
        for (String gone : List.of("container", "container_config", "docker_version", "parent", "id")) {
            own.remove(gone);
        }
        if (!own.path("config").isObject()) {
            own.putObject("config");
        }
        if (!own.path("history").isArray()) {
            own.putArray("history");
        }
        return new ImageDraft(own, layers, false);
    }

    /** The same for what an index says that it is for, which its own configuration may say less exactly. */
    public ImageDraft on(Platform platform) {
        return platform().equals(platform) ? this : new ImageDraft(written(platform, document.deepCopy()), layers, ownCommand);
    }

    private static ObjectNode written(Platform platform, ObjectNode document) {
        document.put("architecture", platform.architecture()).put("os", "linux");
        return platform.variant().isEmpty() ? document.without("variant") : document.put("variant", platform.variant());
    }

    /** What it is for. */
    public Platform platform() {
        return Platform.of(document);
    }

    public Map<String, String> env() {
        Map<String, String> env = new LinkedHashMap<>();
        for (JsonNode each : config().path("Env")) {
            String[] pair = each.asText().split("=", 2);
            env.put(pair[0], pair.length == 2 ? pair[1] : "");
        }
        return env;
    }

    public ImageDraft withEnv(Map<String, String> added) {
        Map<String, String> env = env();
        env.putAll(added);
        return changed(config -> {
            ArrayNode list = config.putArray("Env");
            env.forEach((key, value) -> list.add(key + "=" + value));
        });
    }

    public String workingDir() {
        String path = config().path("WorkingDir").asText("");
        return path.isEmpty() ? "/" : path;
    }

    /** As USER says it; empty if nobody did. */
    public String user() {
        return config().path("User").asText("");
    }

    public List<String> shell() {
        List<String> words = strings(config().path("Shell"));
        return words.isEmpty() ? List.of("/bin/sh", "-c") : words;
    }

    public ImageDraft withText(String field, String value) {
        return changed(config -> config.put(field, value));
    }

    public ImageDraft withList(String field, List<String> values) {
        return changed(config -> values.forEach(config.putArray(field)::add));
    }

    public ImageDraft withCommand(List<String> words) {
        ImageDraft said = withList("Cmd", words);
        return new ImageDraft(said.document, layers, true);
    }

    /** As in Docker, a base image's CMD was meant for the base image's entrypoint and goes with it; one of its own stays. */
    public ImageDraft withEntrypoint(List<String> words) {
        ImageDraft said = withList("Entrypoint", words);
        return ownCommand ? said : said.without("Cmd");
    }

    /** What another stage begins with. */
    public ImageDraft asBase() {
        return new ImageDraft(document, layers, false);
    }

    public ImageDraft without(String field) {
        return changed(config -> config.remove(field));
    }

    public ImageDraft with(String field, JsonNode value) {
        return changed(config -> config.set(field, value));
    }

    /** What builds on it shall do first, instructions as they are written. */
    public List<String> triggers() {
        return strings(config().path("OnBuild"));
    }

    public ImageDraft withTrigger(String instruction) {
        List<String> all = new ArrayList<>(triggers());
        all.add(instruction);
        return withList("OnBuild", all);
    }

    /** Says whose it is. */
    public ImageDraft by(String author) {
        ObjectNode copy = document.deepCopy();
        copy.put("author", author);
        return new ImageDraft(copy, layers, ownCommand);
    }

    /** {@code field} is a set in the form of an object: ports, volumes. */
    public ImageDraft withKeys(String field, List<String> keys) {
        return changed(config -> {
            ObjectNode set = config.path(field).isObject() ? (ObjectNode) config.get(field) : config.putObject(field);
            keys.forEach(set::putObject);
        });
    }

    public ImageDraft withLabels(Map<String, String> labels) {
        return changed(config -> {
            ObjectNode set = config.path("Labels").isObject() ? (ObjectNode) config.get("Labels") : config.putObject("Labels");
            labels.forEach(set::put);
        });
    }

    public ImageDraft withLayer(ResolvedImage.Layer layer, String createdBy, Instant created) {
        ObjectNode copy = document.deepCopy();
        ObjectNode rootfs = copy.path("rootfs").isObject() ? (ObjectNode) copy.get("rootfs") : copy.putObject("rootfs").put("type", "layers");
        rootfs.withArray("diff_ids").add(layer.diffId().value());
        history(copy, createdBy, created);
        List<ResolvedImage.Layer> all = new ArrayList<>(layers);
        all.add(layer);
        return new ImageDraft(copy, all, ownCommand);
    }

    /** Says of its newest step what somebody said of it. */
    public ImageDraft withComment(String comment) {
        ObjectNode copy = document.deepCopy();
        JsonNode history = copy.path("history");
        ((ObjectNode) history.get(history.size() - 1)).put("comment", comment);
        return new ImageDraft(copy, layers, ownCommand);
    }

    /** Notes an instruction that made no layer. */
    public ImageDraft withHistory(String createdBy, Instant created) {
        ObjectNode copy = document.deepCopy();
        history(copy, createdBy, created).put("empty_layer", true);
        return new ImageDraft(copy, layers, ownCommand);
    }

    /** The configuration as it is stored. Its time is that of its newest part, so that a build from the cache gives the same image. */
    public byte[] toJson() {
        ObjectNode copy = document.deepCopy();
        copy.put("created", newest().toString());
        return Json.write(copy).getBytes(StandardCharsets.UTF_8);
    }

    /** When its newest part was made; the beginning of time for nothing at all. */
    public Instant newest() {
        Instant newest = Instant.EPOCH;
        for (JsonNode each : document.path("history")) {
            String created = each.path("created").asText("");
            Instant time = created.isEmpty() ? Instant.EPOCH : OffsetDateTime.parse(created).toInstant();
            newest = time.isAfter(newest) ? time : newest;
        }
        return newest;
    }

    /** What of the configuration decides how a command in the image runs. */
    public String runtime() {
        ObjectNode part = Json.mapper().createObjectNode();
        for (String field : List.of("Env", "WorkingDir", "User")) {
            part.set(field, config().path(field).deepCopy());
        }
        return part.toString();
    }

    private static ObjectNode history(ObjectNode document, String createdBy, Instant created) {
        return document.withArray("history").addObject().put("created", created.toString()).put("created_by", createdBy);
    }

    private JsonNode config() {
        return document.path("config");
    }

    private ImageDraft changed(Consumer<ObjectNode> change) {
        ObjectNode copy = document.deepCopy();
        change.accept((ObjectNode) copy.get("config"));
        return new ImageDraft(copy, layers, ownCommand);
    }

    private static List<String> strings(JsonNode list) {
        List<String> all = new ArrayList<>();
        list.forEach(each -> all.add(each.asText()));
        return all;
    }
}
