package io.gantry.image.archive.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.registry.core.ManifestDocument;
import io.gantry.image.registry.core.MediaTypes;
import io.gantry.kit.problem.Refused;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which images an archive holds, by the documents in it: Docker's {@code manifest.json}, or an OCI layout's {@code index.json}. Where both speak of an
 * image, its name is of the first and its manifest of the second, so that it keeps its digest.
 */
public final class LoadPlan {
    private static final int DEEPEST = 4;

    /** One image. */
    public sealed interface Image {
        /** Without one it is known by its id. */
        List<ImageRef> tags();

        /** Its manifest is in the archive, and its blobs are where their digests say. */
        record Oci(Digest manifest, String mediaType, List<ImageRef> tags) implements Image {}

        /** @param config and {@code layers} by their names in the archive, lowest layer first */
        record Docker(String config, List<String> layers, List<ImageRef> tags) implements Image {}
    }

    /** The documents of an archive. */
    @FunctionalInterface
    public interface Documents {
        /** @throws Refused if it is larger than a document may be */
        Optional<byte[]> find(String name) throws IOException;
    }

    private record Found(Digest digest, String mediaType, List<ImageRef> tags) {}

    private final Documents documents;
    private final Map<Digest, Found> manifests = new LinkedHashMap<>();

    private LoadPlan(Documents documents) {
        this.documents = documents;
    }

    /** @throws Refused for what is no archive of images, or has none for us */
    public static List<Image> of(Documents documents) throws IOException {
        return new LoadPlan(documents).images();
    }

    private List<Image> images() throws IOException {
        Optional<JsonNode> index = json("index.json");
        Optional<JsonNode> docker = json("manifest.json");
        if (index.isEmpty() && docker.isEmpty()) {
            throw refused("the archive has neither manifest.json nor index.json, so that it holds no images", "a file system becomes an image by docker import");
        }
        if (index.isPresent()) {
            walk(index.get(), List.of(), docker.isPresent(), 0);
        }
        List<Image> images = docker.isPresent() ? docker(docker.get()) : oci();
        if (images.isEmpty()) {
            throw refused("the archive holds no image", null);
        }
        return images;
    }

    private List<Image> oci() {
        return manifests.values().stream().<Image>map(found -> new Image.Oci(found.digest(), found.mediaType(), found.tags())).toList();
    }

    private List<Image> docker(JsonNode list) throws IOException {
        if (!list.isArray()) {
            throw refused("manifest.json is not a list", null);
        }
        Map<String, Found> byConfig = new LinkedHashMap<>();
        for (Found found : manifests.values()) {
            manifest(found).ifPresent(manifest -> byConfig.put(ArchiveDocuments.path(manifest.config().digest()), found));
        }
        List<Image> images = new ArrayList<>();
        for (JsonNode each : list) {
            String config = each.path("Config").asText("");
            if (config.isEmpty() || !each.path("Layers").isArray()) {
                throw refused("an image in manifest.json has no Config or no Layers", null);
            }
            List<ImageRef> tags = each.path("RepoTags").valueStream().map(tag -> ImageNames.tag(tag.asText())).toList();
            Found found = byConfig.get(config);
            images.add(found == null
                    ? new Image.Docker(config, each.path("Layers").valueStream().map(JsonNode::asText).toList(), tags)
                    : new Image.Oci(found.digest(), found.mediaType(), tags));
        }
        return images;
    }

    /** @param lenient what we can't take is passed by: it may be none of those that are wanted */
    private void walk(JsonNode index, List<ImageRef> named, boolean lenient, int depth) throws IOException {
        if (!index.path("manifests").isArray() || depth > DEEPEST) {
            throw refused(depth > DEEPEST ? "indexes are nested more than " + DEEPEST + " deep" : "index.json has no list of manifests", null);
        }
        int before = manifests.size();
        TreeSet<String> others = new TreeSet<>();
        for (JsonNode each : index.get("manifests")) {
            String platform = platform(each);
            if (!platform.isEmpty() && !platform.equals("linux/amd64")) {
                others.add(platform);
                continue;
            }
            List<ImageRef> tags = Stream.concat(named.stream(), ImageNames.of(each).stream()).distinct().toList();
            String type = each.path("mediaType").asText("");
            if (MediaTypes.isIndex(type)) {
                Optional<JsonNode> inner = json(ArchiveDocuments.path(digest(each)));
                if (inner.isEmpty() && !lenient) {
                    throw lacks(digest(each));
                }
                if (inner.isPresent()) {
                    walk(inner.get(), tags, lenient, depth + 1);
                }
            } else if (MediaTypes.isManifest(type)) {
                add(new Found(digest(each), type, tags));
            } else if (!lenient) {
                throw refused("'" + type + "' in index.json is no image", null);
            }
        }
        if (manifests.size() == before && !others.isEmpty() && !lenient) {
            throw refused("the archive's image is for " + String.join(", ", others) + ", and nodes run linux/amd64", "save one for linux/amd64");
        }
    }

    private void add(Found found) {
        manifests.merge(found.digest(), found, (one, more) ->
                new Found(one.digest(), one.mediaType(), Stream.concat(one.tags().stream(), more.tags().stream()).distinct().toList()));
    }

    private Optional<ManifestDocument.Manifest> manifest(Found found) throws IOException {
        return documents.find(ArchiveDocuments.path(found.digest()))
                .map(body -> ManifestDocument.parse(body, found.mediaType()))
                .filter(ManifestDocument.Manifest.class::isInstance)
                .map(ManifestDocument.Manifest.class::cast);
    }

    private static String platform(JsonNode descriptor) {
        JsonNode platform = descriptor.path("platform");
        return platform.isObject() ? platform.path("os").asText() + "/" + platform.path("architecture").asText() : "";
    }

    private static Digest digest(JsonNode descriptor) {
        String digest = descriptor.path("digest").asText("");
        if (!Digest.isDigest(digest)) {
            throw refused("index.json has the digest '" + digest + "', which is not a sha256 digest", null);
        }
        return new Digest(digest);
    }

    private static Refused lacks(Digest digest) {
        return refused("the archive lacks " + ArchiveDocuments.path(digest) + ", which its index needs", null);
    }

    private Optional<JsonNode> json(String name) throws IOException {
        try {
            return documents.find(name).map(body -> Json.read(new String(body, StandardCharsets.UTF_8), JsonNode.class));
        } catch (IllegalArgumentException e) {
            throw refused(name + " in the archive is no JSON: " + e.getMessage(), null);
        }
    }

    static Refused refused(String detail, String hint) {
        return new Refused(ProblemType.BAD_REQUEST, detail, hint);
    }
}
