package io.gantry.image.registry.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageView;
import io.gantry.image.registry.core.ManifestDocument;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A manifest or index in a repository. */
@Entity(name = "ImageManifest")
@Table(name = "manifest")
public class ManifestRow {
    @Id String ref;
    String repository;
    String digest;
    @Column(name = "media_type") String mediaType;
    byte[] body;
    @Column(name = "image_id") String imageId;
    String image;
    String history;
    String subject;
    @Column(name = "other_names") String otherNames;
    @Column(name = "artifact_type") String artifactType;
    @Column(name = "stored_at") Instant storedAt;

    public String repository() {
        return repository;
    }

    public Digest digest() {
        return new Digest(digest);
    }

    public String mediaType() {
        return mediaType;
    }

    public byte[] body() {
        return body.clone();
    }

    public ManifestDocument document() {
        return ManifestDocument.parse(body, mediaType, otherNames());
    }

    /** See {@link NewManifest#otherNames}. */
    public Map<String, Digest> otherNames() {
        return otherNames == null
                ? Map.of()
                : Json.read(otherNames, JsonNode.class).propertyStream().collect(Collectors.toMap(Map.Entry::getKey, each -> new Digest(each.getValue().asText())));
    }

    public String artifactType() {
        return artifactType;
    }

    public Instant storedAt() {
        return storedAt;
    }

    public Optional<ResolvedImage> image() {
        return Optional.ofNullable(image).map(json -> Json.read(json, ResolvedImage.class));
    }

    public List<ImageView.History> history() {
        return history == null ? List.of() : List.of(Json.read(history, ImageView.History[].class));
    }
}
