package io.gantry.image.admission.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.Database;
import io.gantry.image.admission.core.SimpleSignature;
import io.gantry.image.content.BlobReader;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.image.registry.store.Manifests;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Signatures that lie with an image in its repository: by cosign's tag, and as referrers of OCI 1.1. Waits; not for event loops. */
@Singleton
public class Signatures {
    /** Whoever may push may lay many there; so many are looked at. */
    private static final int MOST = 100;

    private final Database database;
    private final Manifests manifests;
    private final BlobReader blobs;

    @Inject
    Signatures(Database database, Manifests manifests, BlobReader blobs) {
        this.database = database;
        this.manifests = manifests;
        this.blobs = blobs;
    }

    public List<SimpleSignature> of(String repository, Digest manifest) throws IOException {
        Stream<ManifestRow> tagged = database.await(() -> manifests.find(repository, "sha256-" + manifest.hex() + ".sig")).stream();
        Stream<ManifestRow> referring = database.await(() -> manifests.referrers(repository, manifest.value())).stream()
                // cosign writes sha256, and only by that an image is judged again when one comes or goes
                .filter(row -> row.artifactType().equals(SimpleSignature.ARTIFACT_TYPE) && row.document().subject().filter(manifest.value()::equals).isPresent());
        List<SimpleSignature> all = new ArrayList<>();
        for (ManifestRow row : Stream.concat(tagged, referring).toList()) {
            for (JsonNode layer : Json.read(new String(row.body(), StandardCharsets.UTF_8), JsonNode.class).path("layers")) {
                String signature = layer.path("annotations").path(SimpleSignature.ANNOTATION).asText();
                boolean one = layer.path("mediaType").asText().equals(SimpleSignature.MEDIA_TYPE) && !signature.isEmpty() && Digest.isDigest(layer.path("digest").asText());
                if (one && all.size() < MOST && layer.path("size").asLong() <= SimpleSignature.LONGEST_PAYLOAD && signature.length() <= SimpleSignature.LONGEST_SIGNATURE) {
                    all.add(new SimpleSignature(blobs.small(new Digest(layer.path("digest").asText()), SimpleSignature.LONGEST_PAYLOAD), signature));
                }
            }
        }
        return all;
    }
}
