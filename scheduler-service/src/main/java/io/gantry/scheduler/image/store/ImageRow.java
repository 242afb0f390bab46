package io.gantry.scheduler.image.store;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** {@code reference}: {@code repository:tag} or {@code repository@digest}. */
@Entity(name = "SchedulerImage")
@Table(name = "image")
class ImageRow {
    @Id String reference;
    String resolved;
}
