package io.gantry.image.registry.store;

import io.gantry.contracts.unit.Digest;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A tag and the manifest it points to. */
@Entity(name = "ImageTag")
@Table(name = "tag")
public class TagRow {
    @Id String name;
    String repository;
    String tag;
    String digest;
    @Column(name = "moved_at") Instant movedAt;

    public String name() {
        return name;
    }

    public String repository() {
        return repository;
    }

    public String tag() {
        return tag;
    }

    public Digest digest() {
        return new Digest(digest);
    }
}
