package io.gantry.image.collect;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.RegistryClient;
import io.gantry.image.fixture.SampleImage;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Something with a configuration and layers, and how clients bring it: asking first, mounting, sending. */
record PushedImage(List<byte[]> blobs, byte[] manifest) {
    private static final String OCI = "application/vnd.oci.image.manifest.v1+json";

    /** Of layers whose bytes are those texts; it is an artifact, so that they need be no archives. */
    static PushedImage of(String... layers) {
        List<byte[]> blobs = new ArrayList<>();
        blobs.add("{}".getBytes(StandardCharsets.UTF_8));
        List<Map<String, Object>> descriptors = new ArrayList<>();
        for (String each : layers) {
            byte[] layer = each.getBytes(StandardCharsets.UTF_8);
            blobs.add(layer);
            descriptors.add(SampleImage.descriptor("text/plain", layer));
        }
        Map<String, Object> manifest = new TreeMap<>(Map.of(
                "schemaVersion", 2, "mediaType", OCI, "config", SampleImage.descriptor("application/x-test", blobs.getFirst()), "layers", descriptors));
        return new PushedImage(List.copyOf(blobs), Json.write(manifest).getBytes(StandardCharsets.UTF_8));
    }

    Digest digest() {
        return BlobWriter.digestOf(manifest);
    }

    /** As a client that trusts what the registry said before. Answers with what it says to the manifest, or what it refused before. */
    HttpResponse<byte[]> push(RegistryClient registry, String repository, String tag, String mountFrom, RandomGenerator random) throws IOException, InterruptedException {
        for (byte[] blob : blobs) {
            Digest digest = BlobWriter.digestOf(blob);
            int way = random.nextInt(3);
            if (way == 0 && registry.send("HEAD", "/v2/" + repository + "/blobs/" + digest).statusCode() == 200) {
                continue;
            }
            if (way == 1 && registry.send("POST", "/v2/" + repository + "/blobs/uploads/?mount=" + digest + "&from=" + mountFrom).statusCode() == 201) {
                continue;
            }
            HttpResponse<byte[]> sent = registry.send("POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, blob);
            if (sent.statusCode() != 201) {
                return sent;
            }
        }
        return registry.send("PUT", "/v2/" + repository + "/manifests/" + tag, manifest, "Content-Type", OCI);
    }

    /** What is wrong with it there; empty if it is whole. */
    String flaw(RegistryClient registry, String repository, String reference) throws IOException, InterruptedException {
        HttpResponse<byte[]> there = registry.send("GET", "/v2/" + repository + "/manifests/" + reference);
        if (there.statusCode() != 200 || !Arrays.equals(there.body(), manifest)) {
            return "manifest " + reference + ": " + there.statusCode() + " " + new String(there.body());
        }
        for (byte[] blob : blobs) {
            Digest digest = BlobWriter.digestOf(blob);
            HttpResponse<byte[]> bytes = registry.send("GET", "/v2/" + repository + "/blobs/" + digest);
            if (bytes.statusCode() != 200 || !Arrays.equals(bytes.body(), blob)) {
                return "blob " + digest + " of " + reference + ": " + bytes.statusCode();
            }
        }
        return "";
    }
}
