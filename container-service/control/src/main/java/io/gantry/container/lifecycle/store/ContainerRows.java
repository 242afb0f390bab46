package io.gantry.container.lifecycle.store;

import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.core.ContainerChange;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Owner;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Write;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hibernate.reactive.mutiny.Mutiny;

/** Containers in their table, each with the columns it is looked up by, and what became true of them. */
@Singleton
class ContainerRows {
    private static final String INSERT =
            "insert into containers (id, revision, project, name, state, node, deployment, labels, doc, created_at) values (:id, :revision, :project, :name, :state,"
                    + " cast(:node as text), cast(:deployment as text), cast(cast(:labels as text) as jsonb), cast(cast(:doc as text) as json), :createdAt)";
    private static final String UPDATE =
            "update containers set revision = :revision, project = :project, name = :name, state = :state, node = cast(:node as text),"
                    + " deployment = cast(:deployment as text), labels = cast(cast(:labels as text) as jsonb), doc = cast(cast(:doc as text) as json)"
                    + " where id = :id and revision = :before";
    private final ContainerDocuments documents;
    private final World world;

    @Inject
    ContainerRows(ContainerDocuments documents, World world) {
        this.documents = documents;
        this.world = world;
    }

    /** {@code null} if there never was one. */
    Uni<Container> find(Mutiny.Session session, ContainerId id) {
        return session.find(ContainerRow.class, id.value()).map(row -> row == null ? null : documents.read(row.id, row.doc));
    }

    /** The same, and nobody else changes it until the transaction ends. */
    Uni<Container> locked(Transaction transaction, ContainerId id) {
        return transaction
                .session()
                .createNativeQuery("select cast(doc as text) from containers where id = :id for no key update", String.class)
                .setParameter("id", id.value())
                .getSingleResultOrNull()
                .map(doc -> doc == null ? null : documents.read(id.value(), doc));
    }

    /** In the transaction's end. @param before as the table has it still, or a race is lost; {@code null}: it is new */
    void save(Transaction transaction, Container before, Container after, List<ContainerChange> changes) {
        String document = ContainerDocuments.write(after);
        transaction.afterCommit(() -> documents.keep(after, document));
        Write row = (before == null ? Write.of(INSERT) : Write.ofOne(UPDATE).with("before", before.version()))
                .with("id", after.id().value())
                .with("revision", after.version())
                .with("project", after.project())
                .with("name", after.name())
                .with("state", after.state().word().name())
                .with("node", after.place() == null ? null : after.place().node().value())
                .with("deployment", after.owner() instanceof Owner.Replica replica ? replica.deploymentName() : null)
                .with("labels", Json.write(after.spec().labels()))
                .with("doc", document);
        transaction.write(before == null ? row.with("createdAt", after.createdAt().atOffset(ZoneOffset.UTC)) : row);
        remember(transaction, after.id(), changes);
    }

    /** In one statement, in their order. */
    private void remember(Transaction transaction, ContainerId id, List<ContainerChange> changes) {
        List<ContainerChange> told = changes.stream().filter(change -> !(change instanceof ContainerChange.Seen)).toList();
        if (told.isEmpty()) {
            return;
        }
        String values = IntStream.range(0, told.size())
                .mapToObj("(:container, :at, :change%1$d, cast(cast(:detail%1$d as text) as jsonb))"::formatted)
                .collect(Collectors.joining(", "));
        Write insert = Write.of("insert into transitions (container, at, change, detail) values " + values)
                .with("container", id.value())
                .with("at", world.now().atOffset(ZoneOffset.UTC));
        for (int i = 0; i < told.size(); i++) {
            ContainerChange change = told.get(i);
            insert.with("change" + i, change.getClass().getSimpleName())
                    .with("detail" + i, change instanceof ContainerChange.Requested ? "{}" : Json.write(change));
        }
        transaction.write(insert);
    }
}
