package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.view.DeploymentRequest;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.gantry.scheduler.SchedulerTransactions;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.DeploymentWish;
import io.gantry.scheduler.deployment.core.Revision;
import io.gantry.scheduler.image.store.ImageStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.regex.Pattern;

/** Fulfils what people and rules want of deployments, or fails with {@link Refused}. */
@Singleton
public class DeploymentWishes {
    /** A DNS label, short enough that its replicas' names are labels, too. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?");

    private final DeploymentStore store;
    private final SchedulerTransactions transactions;
    private final ImageStore images;
    private final World world;

    @Inject
    DeploymentWishes(DeploymentStore store, SchedulerTransactions transactions, ImageStore images, World world) {
        this.store = store;
        this.transactions = transactions;
        this.images = images;
        this.world = world;
    }

    public Uni<DeploymentId> create(String project, DeploymentRequest request, Touched touched) {
        check(request);
        DeploymentSpec spec = request.spec();
        return images.resolve(spec.template().image()).chain(image -> transactions.in(tx -> nameIsFree(tx, project, request.name())
                .chain(() -> {
                    DeploymentId id = new DeploymentId(Ids.of("deployment", world.now(), world.random()));
                    Deployment deployment = Deployment.created(id, project, request.name(), spec, world.now());
                    Revision first = new Revision(1, spec, image, "created", world.now());
                    return store.create(tx, deployment, first, touched).replaceWith(id);
                })));
    }

    /** A template that names another image, or anything else new, becomes a revision. */
    public Uni<Void> become(DeploymentId id, DeploymentSpec spec, Touched touched) {
        if (spec == null) {
            throw new Refused(new Refusal(ProblemType.INVALID_FIELD, "spec is missing", "spec", null));
        }
        return template(id).chain(present -> present.spec().template().equals(spec.template())
                        ? Uni.createFrom().item(present.image())
                        : images.resolve(spec.template().image()))
                .chain(image -> wish(id, new DeploymentWish.Become(spec, image, "changed by a person"), touched));
    }

    public Uni<Void> wish(DeploymentId id, DeploymentWish wish, Touched touched) {
        return transactions.in(tx -> wish(tx, id, wish, touched));
    }

    public Uni<Void> wish(Transaction tx, DeploymentId id, DeploymentWish wish, Touched touched) {
        return store.change(tx, id, touched, held ->
                switch (DeploymentWish.decide(held.deployment(), held.revisions(), wish, world.now())) {
                    case DeploymentWish.Answer.Granted(var deployment, var made, var events) ->
                            new DeploymentStore.Change(deployment, made, events);
                    case DeploymentWish.Answer.Refused(var refusal) -> throw new Refused(refusal);
                });
    }

    public Uni<Void> remove(DeploymentId id, Touched touched) {
        return transactions.in(tx -> store.remove(tx, id, touched));
    }

    private Uni<Revision> template(DeploymentId id) {
        return transactions.read(session -> store.present(session, id));
    }

    private static void check(DeploymentRequest request) {
        if (request == null || request.name() == null || !NAME.matcher(request.name()).matches()) {
            throw new Refused(new Refusal(
                    ProblemType.INVALID_FIELD,
                    "a deployment's name is 1 to 50 lower case letters, digits and - inside, got '"
                            + (request == null ? "" : request.name()) + "'",
                    "name",
                    null));
        }
        if (request.spec() == null) {
            throw new Refused(new Refusal(ProblemType.INVALID_FIELD, "spec is missing", "spec", null));
        }
    }

    private static Uni<Void> nameIsFree(Transaction tx, String project, String name) {
        return tx.session()
                .createNativeQuery("select pg_advisory_xact_lock(hashtextextended(:name, 0))::text", String.class)
                .setParameter("name", project + "/" + name)
                .getResultList()
                .chain(() -> tx.session()
                        .createQuery("from SchedulerDeployment where project = :project and name = :name", DeploymentRow.class)
                        .setParameter("project", project)
                        .setParameter("name", name)
                        .getResultList())
                .invoke((List<DeploymentRow> found) -> {
                    if (!found.isEmpty()) {
                        throw new Refused(
                                ProblemType.NAME_IN_USE,
                                "there is a deployment '" + name + "' already",
                                "change it with PUT, or choose another name");
                    }
                })
                .replaceWithVoid();
    }
}
