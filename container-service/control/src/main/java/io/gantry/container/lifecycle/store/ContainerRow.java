package io.gantry.container.lifecycle.store;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.ColumnTransformer;
import org.hibernate.annotations.Immutable;

/** A container as it is read; {@link ContainerRows} writes it, with the columns it is looked up by. */
@Entity(name = "ContainerRow")
@Table(name = "containers")
@Immutable
public class ContainerRow {
    @Id String id;

    @ColumnTransformer(read = "cast(doc as text)")
    String doc;
}
