package io.gantry.container.kept.store;

import io.gantry.container.kept.store.KeptRows.Row;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Owner;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.problem.Refused;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Ties containers to the secrets and configs that their specs name, each in the transaction that changes the container. */
@Singleton
public class KeptBindings {
    private record Wish(int place, Mount.Kept mount) {}

    /** In one order, so that two who ask at the same time wait for each other and not both for ever. */
    private static final Comparator<Wish> ORDER = Comparator.comparing((Wish wish) -> wish.mount().kind()).thenComparing(wish -> wish.mount().source());

    /**
     * What a new container names can't be removed any more. A person is refused what isn't there; a replica or a step waits for it on its node, and
     * says so there.
     */
    public Uni<Void> bind(Transaction tx, ContainerId container, String project, ContainerSpec spec, Owner owner) {
        return Multi.createFrom()
                .iterable(wishes(spec))
                .onItem()
                .transformToUniAndConcatenate(wish -> KeptRows.hold(tx, project, wish.mount().kind(), wish.mount().source())
                        .chain(found -> found.isPresent()
                                ? KeptRows.use(tx, found.get().id(), container)
                                : owner instanceof Owner.Person
                                        ? Uni.createFrom().<Void>failure(new Refused(missing(wish.mount(), "spec.mounts[" + wish.place() + "].source")))
                                        : Uni.createFrom().voidItem()))
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** Whether it names any. */
    public static boolean wanted(ContainerSpec spec) {
        return spec.mounts().stream().anyMatch(Mount.Kept.class::isInstance);
    }

    private static List<Wish> wishes(ContainerSpec spec) {
        List<Wish> wishes = new ArrayList<>();
        for (int i = 0; i < spec.mounts().size(); i++) {
            if (spec.mounts().get(i) instanceof Mount.Kept kept) {
                wishes.add(new Wish(i, kept));
            }
        }
        wishes.sort(ORDER);
        return wishes;
    }

    /** @param field may be {@code null} */
    static Refusal missing(Mount.Kept mount, String field) {
        return new Refusal(
                ProblemType.NOT_FOUND, "there is no " + mount.kind() + " '" + mount.source() + "'", field,
                "make it: gantry " + mount.kind() + " create " + mount.source() + " FILE (POST /" + mount.kind() + "s)");
    }

    /** The container is gone. */
    public Uni<Void> release(Transaction tx, ContainerId container, ContainerSpec spec) {
        return wanted(spec) ? KeptRows.release(tx, container) : Uni.createFrom().voidItem();
    }

    /** One that exists by now, though it may not have when the container was asked for, is the container's from now on. */
    Uni<Row> settle(Transaction tx, ContainerId container, String project, Mount.Kept mount) {
        return KeptRows.hold(tx, project, mount.kind(), mount.source())
                .map(found -> found.orElseThrow(() -> new Refused(missing(mount, null))))
                .call(row -> KeptRows.use(tx, row.id(), container));
    }
}
