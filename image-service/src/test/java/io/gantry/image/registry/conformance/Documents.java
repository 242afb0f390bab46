package io.gantry.image.registry.conformance;

import io.gantry.contracts.envelope.Json;
import io.gantry.image.content.BlobWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Manifests, indexes and configurations, as the image specification 1.1 has them. */
final class Documents {
    static final byte[] EMPTY_JSON = "{}".getBytes(StandardCharsets.UTF_8);
    static final String EMPTY_TYPE = "application/vnd.oci.empty.v1+json";
    private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

    private Documents() {}

    static byte[] config(int seed) {
        return bytes(Map.of("architecture", "amd64", "os", "linux", "author", "case " + seed, "config", Map.of(), "rootfs", Map.of("type", "layers", "diff_ids", List.of())));
    }

    /** Its configuration says nothing of its layers, as in the public suite: a registry doesn't look. */
    static byte[] image(byte[] config, byte[]... layers) {
        return bytes(manifest(config, layers));
    }

    static Map<String, Object> manifest(byte[] config, byte[]... layers) {
        List<Object> all = new ArrayList<>();
        for (byte[] layer : layers) {
            all.add(descriptor(LAYER, layer));
        }
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("schemaVersion", 2);
        made.put("mediaType", RegistryTalk.OCI_MANIFEST);
        made.put("config", descriptor(CONFIG, config));
        made.put("layers", all);
        return made;
    }

    /** Of no image: a signature, a report. @param subject what it is about; {@code null} for nothing */
    static Map<String, Object> artifact(String type, byte[] content, byte[] subject) {
        Map<String, Object> made = manifest(EMPTY_JSON);
        made.put("artifactType", type);
        made.put("config", descriptor(EMPTY_TYPE, EMPTY_JSON));
        made.put("layers", List.of(descriptor("application/vnd.example.data", content)));
        if (subject != null) {
            made.put("subject", descriptor(RegistryTalk.OCI_MANIFEST, subject));
        }
        return made;
    }

    static Map<String, Object> index(String typeOfParts, byte[]... parts) {
        List<Object> all = new ArrayList<>();
        for (byte[] part : parts) {
            all.add(descriptor(typeOfParts, part));
        }
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("schemaVersion", 2);
        made.put("mediaType", RegistryTalk.OCI_INDEX);
        made.put("manifests", all);
        return made;
    }

    static Map<String, Object> descriptor(String type, byte[] content) {
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("mediaType", type);
        made.put("digest", BlobWriter.digestOf(content).value());
        made.put("size", content.length);
        return made;
    }

    static Map<String, Object> descriptorBySha512(String type, byte[] content) {
        Map<String, Object> made = descriptor(type, content);
        made.put("digest", RegistryTalk.sha512(content));
        return made;
    }

    /** An image with all that is in it named by sha512. */
    static byte[] imageBySha512(byte[] config, byte[] layer) {
        Map<String, Object> made = manifest(config);
        made.put("config", descriptorBySha512(CONFIG, config));
        made.put("layers", List.of(descriptorBySha512(LAYER, layer)));
        return bytes(made);
    }

    static byte[] bytes(Map<String, Object> document) {
        return Json.write(document).getBytes(StandardCharsets.UTF_8);
    }
}
