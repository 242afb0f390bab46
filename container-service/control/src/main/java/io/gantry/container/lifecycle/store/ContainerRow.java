package io.gantry.container.lifecycle.store;

import io.gantry.container.lifecycle.core.Container;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.Owner;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.hibernate.annotations.ColumnTransformer;

/** A container with the columns it is looked up by. */
@Entity(name = "ContainerRow")
@Table(name = "containers")
public class ContainerRow {
    @Id String id;
    @Version long revision;
    String project;
    String name;
    String state;
    String node;
    String deployment;

    @ColumnTransformer(read = "cast(labels as text)", write = "cast(cast(? as text) as jsonb)")
    String labels;

    @ColumnTransformer(read = "cast(doc as text)", write = "cast(cast(? as text) as json)")
    String doc;

    @Column(name = "created_at")
    OffsetDateTime createdAt;

    /** @param doc {@code container} in JSON */
    static ContainerRow of(Container container, String doc) {
        ContainerRow row = new ContainerRow();
        row.id = container.id().value();
        row.createdAt = container.createdAt().atOffset(ZoneOffset.UTC);
        row.set(container, doc);
        return row;
    }

    void set(Container container, String doc) {
        project = container.project();
        name = container.name();
        state = container.state().word().name();
        node = container.place() == null ? null : container.place().node().value();
        deployment = container.owner() instanceof Owner.Replica replica ? replica.deploymentName() : null;
        labels = Json.write(container.spec().labels());
        this.doc = doc;
    }
}
