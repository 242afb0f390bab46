package io.gantry.image.registry.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.registry.core.RegistryRefusal.Code;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A manifest or index as it was pushed. */
public sealed interface ManifestDocument {
    String mediaType();

    /** The manifest this one speaks about (a signature, a report), if any. */
    Optional<Digest> subject();

    /** {@code artifactType}, or the configuration's media type, as the referrers list wants it. */
    String artifactType();

    /** All it needs: blobs, or manifests of an index. */
    List<Digest> parts();

    /** @param platform {@code os/architecture}; empty where none is given */
    record Descriptor(String mediaType, Digest digest, long size, String platform) {}

    record Manifest(
            String mediaType, Descriptor config, List<Descriptor> layers, Optional<Digest> subject, String artifactType)
            implements ManifestDocument {
        public boolean isImage() {
            return MediaTypes.isImageConfig(config.mediaType()) && layers.stream().allMatch(l -> MediaTypes.isLayer(l.mediaType()));
        }

        @Override
        public List<Digest> parts() {
            List<Digest> all = new ArrayList<>();
            all.add(config.digest());
            layers.forEach(layer -> all.add(layer.digest()));
            return all.stream().distinct().toList();
        }
    }

    record Index(String mediaType, List<Descriptor> manifests, Optional<Digest> subject, String artifactType)
            implements ManifestDocument {
        /** The one for the platform Gantry runs: linux/amd64. */
        public Optional<Descriptor> forOurPlatform() {
            return manifests.stream().filter(m -> m.platform().equals("linux/amd64")).findFirst();
        }

        @Override
        public List<Digest> parts() {
            return manifests.stream().map(Descriptor::digest).distinct().toList();
        }
    }

    /** @param contentType the header it came with; wins over nothing, must agree with the document's own {@code mediaType} */
    static ManifestDocument parse(byte[] body, String contentType) {
        JsonNode json;
        try {
            json = Json.read(new String(body, StandardCharsets.UTF_8), JsonNode.class);
        } catch (IllegalArgumentException e) {
            throw invalid("the manifest is not JSON: " + e.getMessage());
        }
        if (json == null || json.path("schemaVersion").asInt() != 2) {
            throw invalid("schemaVersion must be 2");
        }
        String header = contentType == null ? "" : contentType.split(";")[0].strip();
        String own = json.path("mediaType").asText(header);
        if (!header.isEmpty() && !own.equals(header)) {
            throw invalid("Content-Type is " + header + ", but the manifest's mediaType is " + own);
        }
        Optional<Digest> subject =
                json.hasNonNull("subject") ? Optional.of(descriptor(json.get("subject"), "subject").digest()) : Optional.empty();
        String type = own.isEmpty() ? (json.has("manifests") ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST) : own;
        if (MediaTypes.isIndex(type)) {
            return new Index(type, descriptors(json, "manifests"), subject, json.path("artifactType").asText(""));
        }
        if (!MediaTypes.isManifest(type)) {
            throw invalid("mediaType " + type + " is not supported; push OCI or Docker schema 2 manifests and indexes");
        }
        Descriptor config = descriptor(json.path("config"), "config");
        return new Manifest(
                type, config, descriptors(json, "layers"), subject, json.path("artifactType").asText(config.mediaType()));
    }

    private static List<Descriptor> descriptors(JsonNode json, String field) {
        if (!json.path(field).isArray()) {
            throw invalid(field + " must be a list");
        }
        List<Descriptor> all = new ArrayList<>();
        for (JsonNode each : json.get(field)) {
            all.add(descriptor(each, field + "[" + all.size() + "]"));
        }
        return all;
    }

    private static Descriptor descriptor(JsonNode json, String where) {
        String digest = json.path("digest").asText("");
        if (!Digest.isDigest(digest)) {
            throw invalid(where + ".digest is '" + digest + "', not a sha256 digest");
        }
        if (!json.path("size").canConvertToLong() || json.path("size").asLong() < 0) {
            throw invalid(where + ".size is missing");
        }
        JsonNode platform = json.path("platform");
        String named = platform.isObject() ? platform.path("os").asText() + "/" + platform.path("architecture").asText() : "";
        return new Descriptor(json.path("mediaType").asText(""), new Digest(digest), json.path("size").asLong(), named);
    }

    private static RegistryRefusal invalid(String message) {
        return new RegistryRefusal(Code.MANIFEST_INVALID, message, "");
    }
}
