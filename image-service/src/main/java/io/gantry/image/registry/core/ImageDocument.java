package io.gantry.image.registry.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ImageView;
import io.gantry.image.registry.core.RegistryRefusal.Code;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** An image configuration (OCI image spec, "OCI Image Configuration"; Docker's is alike). */
public record ImageDocument(JsonNode json) {
    public static ImageDocument parse(byte[] body) {
        JsonNode json = PushedJson.read(body, "the image configuration");
        if (!json.isObject() || json.has("config") && !json.get("config").isObject() && !json.get("config").isNull()) {
            throw new RegistryRefusal(Code.MANIFEST_INVALID, "the image configuration, and \"config\" in it, must be JSON objects", "");
        }
        return new ImageDocument(json);
    }

    public List<Digest> diffIds() {
        List<Digest> all = new ArrayList<>();
        for (JsonNode each : json.path("rootfs").path("diff_ids")) {
            if (!Digest.isDigest(each.asText())) {
                throw new RegistryRefusal(Code.MANIFEST_INVALID, "rootfs.diff_ids has '" + each.asText() + "'", "");
            }
            all.add(new Digest(each.asText()));
        }
        return all;
    }

    /** The image that {@code manifest}, whose configuration this is, makes. */
    /** Whether it says what each layer unpacks to. A registry keeps what doesn't; it can't be run. */
    public boolean isOf(ManifestDocument.Manifest manifest) {
        return diffIds().size() == manifest.layers().size();
    }

    /** @param manifest which it {@link #isOf} */
    public ResolvedImage resolve(ImageRef reference, Digest digest, ManifestDocument.Manifest manifest) {
        List<Digest> diffIds = diffIds();
        if (diffIds.size() != manifest.layers().size()) {
            throw new RegistryRefusal(
                    Code.MANIFEST_INVALID,
                    "the manifest has " + manifest.layers().size() + " layers, its configuration " + diffIds.size(),
                    manifest.config().digest());
        }
        List<ResolvedImage.Layer> layers =
                IntStream.range(0, diffIds.size())
                        .mapToObj(i -> {
                            ManifestDocument.Descriptor layer = manifest.layers().get(i);
                            return new ResolvedImage.Layer(
                                    diffIds.get(i), layer.digest(), new Bytes(layer.size()), layer.mediaType());
                        })
                        .toList();
        long size = layers.stream().mapToLong(layer -> layer.size().value()).sum();
        return new ResolvedImage(
                reference, digest, manifest.config().digest(), config(), layers,
                json.path("architecture").asText("amd64"), new Bytes(size), time(json.path("created").asText("")));
    }

    public ImageConfig config() {
        JsonNode config = json.path("config");
        Map<String, String> env = new LinkedHashMap<>();
        for (String pair : strings(config.path("Env"))) {
            int equals = pair.indexOf('=');
            env.put(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
        }
        Map<String, String> labels = new LinkedHashMap<>();
        config.path("Labels").properties().forEach(each -> labels.put(each.getKey(), each.getValue().asText()));
        List<String> ports = new ArrayList<>();
        config.path("ExposedPorts").fieldNames().forEachRemaining(ports::add);
        List<String> volumes = new ArrayList<>();
        config.path("Volumes").fieldNames().forEachRemaining(volumes::add);
        return new ImageConfig(
                strings(config.path("Entrypoint")),
                strings(config.path("Cmd")),
                env,
                config.path("WorkingDir").asText(""),
                config.path("User").asText(""),
                ports,
                labels,
                config.path("StopSignal").asText(""),
                HealthcheckDocument.read(config.path("Healthcheck")),
                volumes);
    }

    /** The same image with further labels, which is another one by that. */
    public byte[] labelled(Map<String, String> labels) {
        ObjectNode own = json.deepCopy();
        ObjectNode config = own.path("config").isObject() ? (ObjectNode) own.get("config") : own.putObject("config");
        ObjectNode all = config.path("Labels").isObject() ? (ObjectNode) config.get("Labels") : config.putObject("Labels");
        new TreeMap<>(labels).forEach(all::put);
        return Json.write(own).getBytes(StandardCharsets.UTF_8);
    }

    public List<ImageView.History> history() {
        List<ImageView.History> all = new ArrayList<>();
        for (JsonNode each : json.path("history")) {
            boolean newest = all.size() == json.path("history").size() - 1;
            all.add(new ImageView.History(
                    time(each.path("created").asText("")),
                    each.path("created_by").asText(""),
                    each.path("empty_layer").asBoolean(false),
                    said(each, "comment"),
                    newest && said(json, "author") != null ? said(json, "author") : said(each, "author")));
        }
        return all;
    }

    private static String said(JsonNode of, String field) {
        String text = of.path(field).asText("");
        return text.isEmpty() ? null : text;
    }

    private static List<String> strings(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
    }

    private static Instant time(String text) {
        try {
            return text.isEmpty() ? Instant.EPOCH : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }
}
