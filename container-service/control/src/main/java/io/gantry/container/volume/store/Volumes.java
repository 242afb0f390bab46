package io.gantry.container.volume.store;

import io.gantry.container.lifecycle.store.ContainerTransactions;
import io.gantry.container.lifecycle.store.Nodes;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.VolumeRequest;
import io.gantry.contracts.view.VolumeView;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Volumes as people make, see and remove them. */
@Singleton
public class Volumes {
    private static final String SELECT = "select " + VolumeRows.COLUMNS + ", (select string_agg(coalesce(c.name, u.container), ',' order by c.name)"
            + " from volume_uses u left join containers c on c.id = u.container where u.volume = v.id)"
            + " from volumes v where v.project = :project";
    private final ContainerTransactions transactions;
    private final Nodes nodes;
    private final World world;

    @Inject
    Volumes(ContainerTransactions transactions, Nodes nodes, World world) {
        this.transactions = transactions;
        this.nodes = nodes;
        this.world = world;
    }

    /** One of that name that is there stays as it is, as with Docker. */
    public Uni<VolumeView> create(String project, VolumeRequest request) {
        String name = request.name() == null ? Ids.hex64(world.random()) : request.name();
        return nodes.all()
                .map(known -> node(request.nodeName(), known.values().stream().toList()))
                .chain(node -> transactions.in(tx -> make(tx, project, name, request, node)))
                .chain(() -> find(project, name));
    }

    /** A name that a node has left and another has taken means the newer one. */
    private static Optional<Nodes.Known> node(String name, List<Nodes.Known> known) {
        if (name == null) {
            return Optional.empty();
        }
        Optional<Nodes.Known> node = known.stream().filter(one -> one.name().equals(name)).max(Comparator.comparing(Nodes.Known::id));
        if (node.isEmpty()) {
            throw new BadField("nodeName", "there is no node '" + name + "'", "gantry nodes (GET /nodes) lists them");
        }
        return node;
    }

    private Uni<Void> make(Transaction tx, String project, String name, VolumeRequest request, Optional<Nodes.Known> node) {
        return VolumeRows.hold(tx, world, project, name, request.labels(), request.name() == null, request.size())
                .chain(row -> {
                    if (request.size() != null && !request.size().equals(row.size())) {
                        return Uni.createFrom().failure(new Refused(
                                ProblemType.CONFLICT, "volume '" + name + "' is there and has " + (row.size() == null ? "no size" : "the size " + row.size()), "leave size out, or choose another name"));
                    }
                    if (node.isEmpty() || node.get().id().equals(row.node())) {
                        return Uni.createFrom().voidItem();
                    }
                    if (row.node() != null) {
                        return Uni.createFrom().failure(new Refused(ProblemType.CONFLICT, "volume '" + name + "' is on node " + row.nodeName(), "leave nodeName out, or choose another name"));
                    }
                    Nodes.Known known = node.get();
                    return VolumeRows.settle(tx, row.id(), known.id(), known.name(), known.epoch());
                });
    }

    /** @param labels all of them; {@code unused} only those that no container has, or {@code null} for all */
    public Uni<List<VolumeView>> list(String project, Map<String, String> labels, Boolean unused) {
        return select(SELECT + " and v.labels @> cast(cast(:labels as text) as jsonb) order by v.name", Map.of("project", project, "labels", Json.write(labels)))
                .map(all -> all.stream().filter(volume -> unused == null || unused == volume.usedBy().isEmpty()).toList());
    }

    /** By name or id. */
    public Uni<VolumeView> find(String project, String ref) {
        return select(SELECT + " and (v.name = :ref or v.id = :ref)", Map.of("project", project, "ref", ref)).map(found -> {
            if (found.isEmpty()) {
                throw new Refused(ProblemType.NOT_FOUND, "there is no volume '" + ref + "'", "gantry volumes (GET /volumes) lists them");
            }
            return found.getFirst();
        });
    }

    public Uni<Void> remove(String project, String ref) {
        return find(project, ref).chain(volume -> removeUnused(volume.id()).chain(gone -> gone ? Uni.createFrom().voidItem() : removeUnlessUsed(project, ref)));
    }

    /** It could not be removed a moment ago: since it was in use, or somebody else was sooner. */
    private Uni<Void> removeUnlessUsed(String project, String ref) {
        return find(project, ref).chain(volume -> volume.usedBy().isEmpty() ? remove(project, ref) : Uni.createFrom().failure(inUse(volume)));
    }

    private static Refused inUse(VolumeView volume) {
        return new Refused(new Refusal(
                ProblemType.CONFLICT,
                "volume '" + volume.name() + "' is in use by " + (volume.usedBy().size() == 1 ? "container " : "containers ") + String.join(", ", volume.usedBy()),
                null,
                "remove " + (volume.usedBy().size() == 1 ? "it" : "them") + " first"));
    }

    /** @param all also those that somebody has named; those in use never */
    public Uni<List<VolumeView>> prune(String project, Map<String, String> labels, boolean all) {
        return list(project, labels, true)
                .chain(found -> Multi.createFrom()
                        .iterable(found)
                        .filter(volume -> all || volume.anonymous())
                        .onItem()
                        .transformToUniAndConcatenate(volume -> removeUnused(volume.id()).map(gone -> gone ? Optional.of(volume) : Optional.<VolumeView>empty()))
                        .collect()
                        .asList())
                .map(gone -> gone.stream().flatMap(Optional::stream).toList());
    }

    /** Nothing if a container has it. */
    public Uni<Boolean> removeUnused(VolumeId id) {
        return transactions.in(tx -> VolumeRows.removeUnused(tx, id));
    }

    private Uni<List<VolumeView>> select(String sql, Map<String, Object> parameters) {
        return nodes.all().chain(known -> transactions.read(session -> {
            var query = session.createNativeQuery(sql, Object[].class);
            parameters.forEach(query::setParameter);
            return query.getResultList().map(rows -> {
                List<VolumeView> views = new ArrayList<>();
                for (Object[] row : rows) {
                    VolumeRows.Row read = VolumeRows.read(row);
                    Nodes.Known node = read.node() == null ? null : known.get(read.node());
                    views.add(new VolumeView(
                            read.id(), read.name(), read.project(), read.labels(), read.anonymous(),
                            read.node() == null
                                    ? null
                                    : new ContainerView.Node(read.node(), read.nodeName(), node == null ? null : node.address(), node == null ? 0 : node.streamPort()),
                            row[9] == null ? List.of() : Arrays.asList(((String) row[9]).split(",")),
                            read.createdAt(), null, read.size(), null));
                }
                return views;
            });
        }));
    }
}
