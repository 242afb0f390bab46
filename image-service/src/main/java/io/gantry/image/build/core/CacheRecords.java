package io.gantry.image.build.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What builds keep, on its way between services: an image whose layers are all that a build's steps made or took, and whose configuration says in {@value #FIELD} by which key each is found. It is an image, so that
 * every registry takes it.
 *
 * @param records by their keys
 */
public record CacheRecords(Map<Digest, Kept> records) {
    private static final String FIELD = "gantry.build.cache";
    private static final int FORM = 1;

    /** @param created when the layer was made first */
    public record Kept(ResolvedImage.Layer layer, Instant created) {}

    public CacheRecords {
        records = Map.copyOf(records);
    }

    /** Each once, in an order that is the same for the same records. */
    public List<ResolvedImage.Layer> layers() {
        Map<String, ResolvedImage.Layer> layers = new TreeMap<>();
        records.values().forEach(kept -> layers.put(kept.layer().diffId().value(), kept.layer()));
        return List.copyOf(layers.values());
    }

    /** @param labels of the image, which say within which scope it was made */
    public byte[] configuration(Map<String, String> labels) {
        ObjectNode json = Json.mapper().createObjectNode().put("architecture", "amd64").put("os", "linux");
        json.put("created", records.values().stream().map(Kept::created).max(Instant::compareTo).orElse(Instant.EPOCH).toString());
        ObjectNode set = json.putObject("config").putObject("Labels");
        new TreeMap<>(labels).forEach(set::put);
        ObjectNode rootfs = json.putObject("rootfs").put("type", "layers");
        layers().forEach(layer -> rootfs.withArray("diff_ids").add(layer.diffId().value()));
        ObjectNode field = json.putObject(FIELD).put("form", FORM);
        ArrayNode all = field.putArray("records");
        Map<String, Kept> ordered = new TreeMap<>();
        records.forEach((key, kept) -> ordered.put(key.value(), kept));
        ordered.forEach((key, kept) -> all.addObject().put("key", key).put("layer", kept.layer().diffId().value()).put("created", kept.created().toString()));
        return Json.write(json).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * @param configuration of an image, whoever made it
     * @param layers of that image
     * @return empty if it is no such image; records that name a layer that it hasn't, or are none, are left out
     */
    public static Optional<CacheRecords> read(JsonNode configuration, List<ResolvedImage.Layer> layers) {
        JsonNode field = configuration.path(FIELD);
        if (field.path("form").asInt() != FORM) {
            return Optional.empty();
        }
        Map<String, ResolvedImage.Layer> known = new LinkedHashMap<>();
        layers.forEach(layer -> known.put(layer.diffId().value(), layer));
        Map<Digest, Kept> records = new LinkedHashMap<>();
        for (JsonNode each : field.path("records")) {
            String key = each.path("key").asText();
            ResolvedImage.Layer layer = known.get(each.path("layer").asText());
            Optional<Instant> created = moment(each.path("created").asText());
            if (Digest.isDigest(key) && layer != null && created.isPresent()) {
                records.put(new Digest(key), new Kept(layer, created.get()));
            }
        }
        return Optional.of(new CacheRecords(records));
    }

    private static Optional<Instant> moment(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
