package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.view.ImageUse;
import io.gantry.scheduler.SchedulerTransactions;
import io.gantry.scheduler.deployment.core.DeploymentWish;
import io.gantry.scheduler.deployment.core.Proposal;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;

/** Which images deployments need: of the revision that is wanted, and of all that could be gone back to. */
@Singleton
public class DeployedImages {
    private final SchedulerTransactions transactions;

    @Inject
    DeployedImages(SchedulerTransactions transactions) {
        this.transactions = transactions;
    }

    /** The proposals first: one that is granted meanwhile is seen as a revision. */
    public Uni<List<ImageUse>> all() {
        return transactions.read(session -> proposed(session).chain(proposed -> session.createNativeQuery(
                        "select d.name, r.number, r.image from revision r join deployment d on d.id = r.deployment order by d.name, r.number desc", Object[].class)
                .getResultList()
                .map(rows -> Stream.concat(
                                rows.stream().map(row -> ImageUse.of("deployment " + row[0] + ", revision " + row[1], Json.read((String) row[2], ResolvedImage.class))),
                                proposed.stream())
                        .toList())));
    }

    private static Uni<List<ImageUse>> proposed(Mutiny.Session session) {
        return session.createNativeQuery("select body from proposal", String.class)
                .getResultList()
                .map(bodies -> bodies.stream().map(body -> Json.read(body, Proposal.class)).flatMap(one -> image(one).map(image -> ImageUse.of("deployment " + one.name(), image)).stream()).toList());
    }

    private static Optional<ResolvedImage> image(Proposal proposal) {
        return switch (proposal) {
            case Proposal.Make make -> Optional.of(make.wish().image());
            case Proposal.Change change -> image(change.wish());
        };
    }

    private static Optional<ResolvedImage> image(DeploymentWish wish) {
        return switch (wish) {
            case DeploymentWish.Become become -> Optional.of(become.image());
            case DeploymentWish.Follow follow -> Optional.of(follow.image());
            case DeploymentWish.Scale _, DeploymentWish.RollBack _ -> Optional.empty();
        };
    }
}
