package io.gantry.container.kept.store;

import io.gantry.container.kept.seal.Seal;
import io.gantry.container.kept.store.KeptRows.Row;
import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.core.ContainerCommand;
import io.gantry.container.lifecycle.store.ContainerTransactions;
import io.gantry.container.lifecycle.store.Containers;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.KeptId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.view.KeptPatch;
import io.gantry.contracts.view.KeptRequest;
import io.gantry.contracts.view.KeptView;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.gantry.kit.version.IfMatch;
import io.gantry.kit.version.Tag;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Secrets and configs as people make, see, rotate and remove them, and as nodes get them. Only {@link #files} lets a secret out. */
@Singleton
public class KeptStore {
    private static final String SECRET = "secret";
    private static final String SELECT = "select " + KeptRows.COLUMNS + ", (select string_agg(coalesce(c.name, u.container), ',' order by c.name)"
            + " from kept_uses u left join containers c on c.id = u.container where u.kept = k.id)"
            + " from kept k where k.project = :project and k.kind = :kind";
    private static final int USED_BY = 11;
    private final ContainerTransactions transactions;
    private final Containers containers;
    private final KeptBindings bindings;
    private final SealFile seals;
    private final World world;
    private final SecureRandom nonces = new SecureRandom();

    @Inject
    KeptStore(ContainerTransactions transactions, Containers containers, KeptBindings bindings, SealFile seals, World world) {
        this.transactions = transactions;
        this.containers = containers;
        this.bindings = bindings;
        this.seals = seals;
        this.world = world;
    }

    public Uni<KeptView> create(String project, String kind, KeptRequest request) {
        if (request.name() == null) {
            throw new BadField("name", "name is missing", "write for example \"db-password\"");
        }
        Mount.checkKeptName(kind, "name", request.name());
        KeptId id = new KeptId(Ids.of(kind, world.now(), world.random()));
        return transactions
                .in(tx -> insert(tx, id, project, kind, request))
                .invoke(made -> {
                    if (made == 0) {
                        throw new Refused(
                                ProblemType.NAME_IN_USE, "there is a " + kind + " '" + request.name() + "'", "rotate it: gantry " + kind + " rotate " + request.name() + " FILE");
                    }
                })
                .chain(() -> find(project, kind, request.name()));
    }

    private Uni<Integer> insert(Transaction tx, KeptId id, String project, String kind, KeptRequest request) {
        Closed closed = close(kind, id, 1, request.content());
        return tx.session()
                .createNativeQuery("insert into kept (id, project, kind, name, labels, version, size, key, content, created_at, changed_at) values"
                        + " (:id, :project, :kind, :name, cast(cast(:labels as text) as jsonb), 1, :size, nullif(:key, ''), :content, :at, :at)"
                        + " on conflict (project, kind, name) do nothing")
                .setParameter("id", id.value())
                .setParameter("project", project)
                .setParameter("kind", kind)
                .setParameter("name", request.name())
                .setParameter("labels", Json.write(request.labels()))
                .setParameter("size", request.content().length)
                .setParameter("key", closed.key())
                .setParameter("content", closed.content())
                .setParameter("at", world.now().atOffset(ZoneOffset.UTC))
                .executeUpdate();
    }

    /** Containers that have it are told, in the same transaction. The older content is gone. */
    public Uni<KeptView> rotate(String project, String kind, String ref, byte[] content, IfMatch seen) {
        return transactions
                .in(tx -> row(tx, project, kind, ref)
                        .invoke(row -> seen.check(Tag.of(row.version())))
                        .call(row -> update(tx, row, content))
                        .chain(row -> users(tx, row.id()))
                        .chain(users -> Multi.createFrom()
                                .iterable(users)
                                .onItem()
                                .transformToUniAndConcatenate(id -> containers.tell(tx, id, new ContainerCommand.RenewFiles()))
                                .collect()
                                .last()))
                .chain(() -> find(project, kind, ref));
    }

    /** Containers aren't told: they have the content alone. */
    public Uni<KeptView> label(String project, String kind, String ref, KeptPatch patch, IfMatch seen) {
        return transactions
                .in(tx -> row(tx, project, kind, ref)
                        .invoke(row -> {
                            seen.check(Tag.of(row.version()));
                            if (patch.content() != null && !MessageDigest.isEqual(open(row), patch.content())) {
                                throw new Refused(
                                        ProblemType.CONFLICT, kind + " '" + row.name() + "' has another content", "rotate it: gantry " + kind + " rotate " + row.name() + " FILE");
                            }
                        })
                        .chain(row -> tx.session()
                                .createNativeQuery("update kept set labels = cast(cast(:labels as text) as jsonb) where id = :id")
                                .setParameter("labels", Json.write(patch.labels()))
                                .setParameter("id", row.id().value())
                                .executeUpdate()))
                .chain(() -> find(project, kind, ref));
    }

    private Uni<Row> row(Transaction tx, String project, String kind, String ref) {
        return tx.session()
                .createNativeQuery(
                        "select " + KeptRows.COLUMNS + " from kept k where k.project = :project and k.kind = :kind and (k.name = :ref or k.id = :ref) for update", Object[].class)
                .setParameter("project", project)
                .setParameter("kind", kind)
                .setParameter("ref", ref)
                .getResultList()
                .map(rows -> rows.stream().findFirst().map(KeptRows::read).orElseThrow(() -> unknown(kind, ref)));
    }

    private Uni<Integer> update(Transaction tx, Row row, byte[] content) {
        Closed closed = close(row.kind(), row.id(), row.version() + 1, content);
        return tx.session()
                .createNativeQuery("update kept set version = :version, size = :size, key = nullif(:key, ''), content = :content, changed_at = :at where id = :id")
                .setParameter("version", row.version() + 1)
                .setParameter("size", content.length)
                .setParameter("key", closed.key())
                .setParameter("content", closed.content())
                .setParameter("at", world.now().atOffset(ZoneOffset.UTC))
                .setParameter("id", row.id().value())
                .executeUpdate();
    }

    private static Uni<List<ContainerId>> users(Transaction tx, KeptId id) {
        return tx.session()
                .createNativeQuery("select container from kept_uses where kept = :kept order by container", String.class)
                .setParameter("kept", id.value())
                .getResultList()
                .map(ids -> ids.stream().map(ContainerId::new).toList());
    }

    public Uni<List<KeptView>> list(String project, String kind, Map<String, String> labels) {
        return select(
                SELECT + " and k.labels @> cast(cast(:labels as text) as jsonb) order by k.name",
                Map.of("project", project, "kind", kind, "labels", Json.write(labels)), false);
    }

    /** By name or id; with the content of a config. */
    public Uni<KeptView> find(String project, String kind, String ref) {
        return select(SELECT + " and (k.name = :ref or k.id = :ref)", Map.of("project", project, "kind", kind, "ref", ref), true)
                .map(found -> found.stream().findFirst().orElseThrow(() -> unknown(kind, ref)));
    }

    public Uni<Void> remove(String project, String kind, String ref, IfMatch seen) {
        return transactions
                .in(tx -> row(tx, project, kind, ref).invoke(row -> seen.check(Tag.of(row.version()))).chain(row -> tx.session()
                        .createNativeQuery("delete from kept k where k.id = :id and not exists (select 1 from kept_uses u where u.kept = k.id)")
                        .setParameter("id", row.id().value())
                        .executeUpdate()))
                .chain(gone -> gone == 1 ? Uni.createFrom().voidItem() : inUse(project, kind, ref));
    }

    private Uni<Void> inUse(String project, String kind, String ref) {
        return find(project, kind, ref).chain(kept -> {
            boolean one = kept.usedBy().size() == 1;
            return Uni.createFrom().failure(new Refused(
                    ProblemType.CONFLICT,
                    kind + " '" + kept.name() + "' is in use by " + (one ? "container " : "containers ") + String.join(", ", kept.usedBy()),
                    "remove " + (one ? "it" : "them") + " first"));
        });
    }

    /** All files that a container's spec names, as they are now; it has them from here on. Fails with {@link Refused} for one that isn't there. */
    public Uni<KeptFiles> files(Container container) {
        return transactions
                .in(tx -> Multi.createFrom()
                        .iterable(distinct(container.spec().kept()))
                        .onItem()
                        .transformToUniAndConcatenate(mount -> bindings.settle(tx, container.id(), container.project(), mount))
                        .map(row -> new KeptFiles.One(row.kind(), row.name(), open(row)))
                        .collect()
                        .asList())
                .map(KeptFiles::new);
    }

    /** In one order for all who ask. */
    private static Collection<Mount.Kept> distinct(List<Mount.Kept> all) {
        return all.stream().collect(Collectors.toMap(mount -> mount.kind() + "/" + mount.source(), mount -> mount, (first, _) -> first, TreeMap::new)).values();
    }

    /** @param key which it was sealed by; empty if it wasn't */
    private record Closed(String key, String content) {}

    private Closed close(String kind, KeptId id, long version, byte[] content) {
        if (!kind.equals(SECRET)) {
            return new Closed("", Base64.getEncoder().encodeToString(content));
        }
        Seal seal = seals.seal();
        return new Closed(seal.name(), Base64.getEncoder().encodeToString(seal.close(content, Row.place(id, version), nonces)));
    }

    private byte[] open(Row row) {
        byte[] content = Base64.getDecoder().decode(row.content());
        if (row.key() == null) {
            return content;
        }
        Seal seal = seals.seal();
        if (!seal.name().equals(row.key())) {
            throw new IllegalStateException(row.kind() + " '" + row.name() + "' was sealed by the key " + row.key() + ", and this service has " + seal.name() + ": put the other back, or rotate it");
        }
        return seal.open(content, row.place());
    }

    private static Refused unknown(String kind, String ref) {
        return new Refused(ProblemType.NOT_FOUND, "there is no " + kind + " '" + ref + "'", "gantry " + kind + " ls (GET /" + kind + "s) lists them");
    }

    private Uni<List<KeptView>> select(String sql, Map<String, Object> parameters, boolean whole) {
        return transactions.read(session -> {
            var query = session.createNativeQuery(sql, Object[].class);
            parameters.forEach(query::setParameter);
            return query.getResultList().map(rows -> rows.stream().map(row -> view(row, whole)).toList());
        });
    }

    private static KeptView view(Object[] columns, boolean whole) {
        Row row = KeptRows.read(columns);
        byte[] content = whole && !row.kind().equals(SECRET) ? Base64.getDecoder().decode(row.content()) : null;
        List<String> usedBy = columns[USED_BY] == null ? List.of() : Arrays.asList(((String) columns[USED_BY]).split(","));
        return new KeptView(row.id(), row.name(), row.project(), row.labels(), row.version(), row.size(), usedBy, row.createdAt(), row.changedAt(), content);
    }
}
