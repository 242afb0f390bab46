package io.gantry.image.registry.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.content.Sha512;
import io.gantry.image.registry.core.RegistryRefusal.Code;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A manifest or index as it was pushed. */
public sealed interface ManifestDocument {
    String mediaType();

    /** The manifest this one speaks about (a signature, a report), if any: its digest as it is written, by sha512 perhaps. */
    Optional<String> subject();

    /** {@code artifactType}, or the configuration's media type, as the referrers list wants it. */
    String artifactType();

    /** All it needs: blobs, or manifests of an index. */
    List<Digest> parts();

    /**
     * @param platform {@code os/architecture}; empty where none is given
     * @param variant of that; empty where none is given
     */
    record Descriptor(String mediaType, Digest digest, long size, String platform, String variant) {}

    record Manifest(
            String mediaType, Descriptor config, List<Descriptor> layers, Optional<String> subject, String artifactType)
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

    record Index(String mediaType, List<Descriptor> manifests, Optional<String> subject, String artifactType)
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
        return parse(body, contentType, Map.of());
    }

    /** By which other digests than sha256 it names its parts; empty for what is no JSON. */
    static Set<Sha512> otherNames(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        if (!text.contains("sha512:")) {
            return Set.of();
        }
        try {
            JsonNode json = Json.read(text, JsonNode.class);
            return Stream.of(Stream.of(json.path("config")), json.path("layers").valueStream(), json.path("manifests").valueStream())
                    .flatMap(parts -> parts)
                    .map(part -> part.path("digest").asText(""))
                    .filter(Sha512::is)
                    .map(Sha512::new)
                    .collect(Collectors.toSet());
        } catch (IllegalArgumentException e) {
            return Set.of();
        }
    }

    /** @param names what is meant by other digests than sha256 */
    static ManifestDocument parse(byte[] body, String contentType, Map<String, Digest> names) {
        JsonNode json = PushedJson.read(body, "the manifest");
        if (json.path("schemaVersion").asInt() != 2) {
            throw invalid("schemaVersion must be 2");
        }
        String header = contentType == null ? "" : contentType.split(";")[0].strip();
        String own = json.path("mediaType").asText(header);
        if (!header.isEmpty() && !own.equals(header)) {
            throw invalid("Content-Type is " + header + ", but the manifest's mediaType is " + own);
        }
        Optional<String> subject = json.hasNonNull("subject") ? Optional.of(subject(json.get("subject"))) : Optional.empty();
        String type = own.isEmpty() ? (json.has("manifests") ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST) : own;
        if (MediaTypes.isIndex(type)) {
            return new Index(type, descriptors(json, "manifests", names), subject, json.path("artifactType").asText(""));
        }
        if (!MediaTypes.isManifest(type)) {
            throw invalid("mediaType " + type + " is not supported; push OCI or Docker schema 2 manifests and indexes");
        }
        Descriptor config = descriptor(json.path("config"), "config", names);
        return new Manifest(
                type, config, descriptors(json, "layers", names), subject, json.path("artifactType").asText(config.mediaType()));
    }

    private static List<Descriptor> descriptors(JsonNode json, String field, Map<String, Digest> names) {
        if (!json.path(field).isArray()) {
            throw invalid(field + " must be a list");
        }
        List<Descriptor> all = new ArrayList<>();
        for (JsonNode each : json.get(field)) {
            all.add(descriptor(each, field + "[" + all.size() + "]", names));
        }
        return all;
    }

    private static String subject(JsonNode json) {
        String digest = json.path("digest").asText("");
        return Sha512.is(digest) ? digest : descriptor(json, "subject", Map.of()).digest().value();
    }

    private static Descriptor descriptor(JsonNode json, String where, Map<String, Digest> names) {
        String written = json.path("digest").asText("");
        if (Sha512.is(written) && !names.containsKey(written)) {
            throw new RegistryRefusal(Code.MANIFEST_BLOB_UNKNOWN, where + ".digest is by sha512, by which nothing was pushed here; push it by that, or name it by sha256", written);
        }
        if (!names.containsKey(written) && !Digest.isDigest(written)) {
            throw invalid(where + ".digest is '" + written + "', not a sha256 or sha512 digest");
        }
        Digest digest = names.containsKey(written) ? names.get(written) : new Digest(written);
        if (!json.path("size").isIntegralNumber() || !json.path("size").canConvertToLong() || json.path("size").asLong() < 0) {
            throw invalid(where + ".size is no number of bytes");
        }
        JsonNode platform = json.path("platform");
        String named = platform.isObject() ? platform.path("os").asText() + "/" + platform.path("architecture").asText() : "";
        return new Descriptor(json.path("mediaType").asText(""), digest, json.path("size").asLong(), named, platform.path("variant").asText(""));
    }

    private static RegistryRefusal invalid(String message) {
        return new RegistryRefusal(Code.MANIFEST_INVALID, message, "");
    }
}
