package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.ImageAdmission;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.view.DeploymentRequest;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.gantry.kit.version.IfMatch;
import io.gantry.kit.version.Tag;
import io.gantry.scheduler.SchedulerTransactions;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.DeploymentWish;
import io.gantry.scheduler.deployment.core.Proposal;
import io.gantry.scheduler.deployment.core.Revision;
import io.gantry.scheduler.image.store.ImageGate;
import io.gantry.scheduler.image.store.VerdictBook;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/** Fulfils what people and rules want of deployments, or fails with {@link Refused}. */
@Singleton
public class DeploymentWishes {
    /** A DNS label, with the underscore that people give services, short enough that its replicas' names are labels, too. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9_-]{0,48}[a-z0-9])?");
    private static final String NAMED = "select id from deployment where project = :project and name = :name"
            + " union all select deployment from proposal where project = :project and name = :name";

    private final DeploymentStore store;
    private final DeploymentQueries queries;
    private final SchedulerTransactions transactions;
    private final TemplateCheck templates;
    private final Proposals proposals;
    private final ImageGate gate;
    private final World world;

    /** @param asked it is done when network-service grants what it needs; otherwise it is done */
    public record Accepted(DeploymentId id, boolean asked) {}

    @Inject
    DeploymentWishes(
            DeploymentStore store,
            DeploymentQueries queries,
            SchedulerTransactions transactions,
            TemplateCheck templates,
            Proposals proposals,
            ImageGate gate,
            World world) {
        this.gate = gate;
        this.store = store;
        this.queries = queries;
        this.proposals = proposals;
        this.transactions = transactions;
        this.templates = templates;
        this.world = world;
    }

    /** @param request names the question that this may have to ask first */
    public Uni<Accepted> create(String project, DeploymentRequest body, UUID request, Touched touched) {
        check(body);
        return templates.image(body.spec().template(), "spec.template").chain(image -> transactions.in(tx -> nameIsFree(tx, project, body.name())
                .chain(() -> {
                    DeploymentId id = new DeploymentId(Ids.of("deployment", world.now(), world.random()));
                    Proposal.Make proposal = new Proposal.Make(
                            id, request, project, body.name(), new DeploymentWish.Become(body.spec(), image, "created"));
                    return Proposal.needed(null, body.spec())
                            ? proposals.ask(tx, proposal).replaceWith(new Accepted(id, true))
                            : store.create(tx, proposal, touched).replaceWith(new Accepted(id, false));
                })));
    }

    /** A template that names another image, or anything else new, becomes a revision. */
    public Uni<Accepted> become(DeploymentId id, DeploymentSpec spec, UUID request, Touched touched, IfMatch seen) {
        if (spec == null) {
            throw new Refused(new Refusal(ProblemType.INVALID_FIELD, "spec is missing", "spec", null));
        }
        return template(id).chain(present -> present.spec().template().equals(spec.template())
                        ? Uni.createFrom().item(present.image())
                        : templates.image(spec.template(), "template"))
                .chain(image -> wish(id, new DeploymentWish.Become(spec, image, "changed by a person"), request, touched, seen));
    }

    public Uni<Accepted> wish(DeploymentId id, DeploymentWish wish, UUID request, Touched touched, IfMatch seen) {
        return transactions.in(tx -> {
            AtomicReference<Proposal> proposal = new AtomicReference<>();
            return book(tx, id, wish).chain(book -> store.change(tx, id, touched, held -> {
                        Deployment before = held.deployment();
                        seen.check(tag(before.revision(), before.spec()));
                        DeploymentWish definite = DeploymentWish.definite(before, held.revisions(), wish);
                        DeploymentWish.Answer.Granted granted = decide(held, definite, book);
                        if (!Proposal.needed(before.spec(), granted.deployment().spec())) {
                            return DeploymentStore.Change.of(granted);
                        }
                        proposal.set(Proposal.toChange(before, request, definite, granted));
                        return DeploymentStore.Change.only(before);
                    }))
                    .chain(() -> proposal.get() == null
                            ? Uni.createFrom().item(new Accepted(id, false))
                            : proposals.ask(tx, proposal.get()).replaceWith(new Accepted(id, true)));
        });
    }

    /** A rule's wish, of an image that may be used: changes neither ports nor network, so it asks nobody. */
    public Uni<Void> follow(Transaction tx, DeploymentId id, DeploymentWish.Follow wish, Touched touched) {
        return store.change(tx, id, touched, held -> DeploymentStore.Change.of(decide(held, wish)));
    }

    /** What the rules say of the images that the wish may be about. */
    private Uni<VerdictBook> book(Transaction tx, DeploymentId id, DeploymentWish wish) {
        return queries.images(tx.session(), id).chain(images -> {
            List<ResolvedImage> all = new ArrayList<>(images);
            if (wish instanceof DeploymentWish.Become(_, var image, _)) {
                all.add(image);
            }
            return gate.book(tx.session(), all);
        });
    }

    /** Where new replicas would be of an image that breaks a rule by now, nothing changes. */
    private DeploymentWish.Answer.Granted decide(DeploymentStore.Held held, DeploymentWish wish, VerdictBook book) {
        DeploymentWish.Answer.Granted granted = decide(held, wish);
        granted.newReplicasOf(held.deployment(), held.revisions()).ifPresent(image -> {
            switch (book.admission(image, world.now())) {
                case ImageAdmission.Admitted _ -> { }
                case ImageAdmission.Refused(var refusal) -> throw new Refused(refusal);
                case ImageAdmission.Unjudged(var refusal) -> throw new Refused(refusal);
            }
        });
        return granted;
    }

    public Uni<Void> remove(DeploymentId id, Touched touched, IfMatch seen) {
        return transactions.in(tx -> store.hold(tx, id)
                .invoke(held -> held.ifPresent(one -> seen.check(tag(one.revision(), one.spec()))))
                .chain(() -> store.remove(tx, id, touched))
                .chain(() -> proposals.drop(tx, id)));
    }

    /** The version of what is asked for; how far a rollout is, and how its replicas do, isn't in it. */
    public static String tag(int revision, DeploymentSpec spec) {
        return Tag.of(Map.of("revision", revision, "spec", spec));
    }

    private DeploymentWish.Answer.Granted decide(DeploymentStore.Held held, DeploymentWish wish) {
        return switch (DeploymentWish.decide(held.deployment(), held.revisions(), wish, world.now())) {
            case DeploymentWish.Answer.Granted granted -> granted;
            case DeploymentWish.Answer.Refused(var refusal) -> throw new Refused(refusal);
        };
    }

    private Uni<Revision> template(DeploymentId id) {
        return transactions.read(session -> queries.present(session, id));
    }

    private static void check(DeploymentRequest request) {
        if (request == null || request.name() == null || !NAME.matcher(request.name()).matches()) {
            throw new Refused(new Refusal(
                    ProblemType.INVALID_FIELD,
                    "a deployment's name is 1 to 50 lower case letters, digits, and - and _ inside, got '"
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
                        .createNativeQuery(NAMED, String.class)
                        .setParameter("project", project)
                        .setParameter("name", name)
                        .getResultList())
                .invoke(found -> {
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
