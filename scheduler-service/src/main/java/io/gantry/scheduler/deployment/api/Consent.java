package io.gantry.scheduler.deployment.api;

import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.gantry.scheduler.EventLoop;
import io.gantry.scheduler.deployment.store.DeploymentWishes.Accepted;
import io.gantry.scheduler.deployment.store.ProposalAnswers;
import io.gantry.scheduler.deployment.store.ProposalWatch;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * A person's wish is answered when it is done; where network-service must grant a virtual IP or ports first, after its word. Where that
 * doesn't come in time the wish is withdrawn; where another replica of this service heard it, we look whether the wish was done. What is
 * refused or withdrawn leaves nothing.
 */
@Singleton
class Consent {
    private static final Duration COMMITTED_MEANWHILE = Duration.ofSeconds(1);
    private final ProposalAnswers answers;
    private final ProposalWatch watch;
    private final World world;
    private final Duration patience;

    @Inject
    Consent(
            ProposalAnswers answers,
            ProposalWatch watch,
            World world,
            @ConfigProperty(name = "gantry.scheduler.service-wait") Duration patience) {
        this.answers = answers;
        this.watch = watch;
        this.world = world;
        this.patience = patience;
    }

    /**
     * @param wish is given the name of the question it may have to ask
     * @param template where the container spec is in the request's body: {@code spec.template}, or {@code null} when it isn't
     */
    Uni<DeploymentId> fulfil(Function<UUID, Uni<Accepted>> wish, String template) {
        UUID request = Ids.uuid7(world.now(), world.random());
        CompletableFuture<Optional<Refusal>> word = watch.expect(request);
        return wish.apply(request)
                .chain(accepted -> accepted.asked()
                        ? answered(accepted.id(), request, word).invoke(refusal -> refusal.ifPresent(why -> {
                            throw new Refused(inBody(why, template));
                        })).replaceWith(accepted.id())
                        : Uni.createFrom().item(accepted.id()))
                .onTermination()
                .invoke(() -> watch.forget(request));
    }

    private Uni<Optional<Refusal>> answered(DeploymentId id, UUID request, CompletableFuture<Optional<Refusal>> word) {
        return within(patience, word).chain(answer -> answer != null
                ? Uni.createFrom().item(answer)
                : answers.withdraw(id, request).chain(withdrawn -> withdrawn
                        ? Uni.createFrom().item(Optional.of(late()))
                        : within(COMMITTED_MEANWHILE, word).chain(told -> told != null
                                ? Uni.createFrom().item(told)
                                : answers.done(id, request).map(done -> done ? Optional.empty() : Optional.of(late())))));
    }

    /** {@code null} when it doesn't come. */
    private static Uni<Optional<Refusal>> within(Duration longest, CompletableFuture<Optional<Refusal>> word) {
        return EventLoop.back(
                Uni.createFrom().completionStage(word::copy).ifNoItem().after(longest).recoverWithItem((Optional<Refusal>) null));
    }

    private Refusal late() {
        return Refusal.of(
                ProblemType.TIMEOUT,
                "the deployment's address and ports were not granted within " + patience.toSeconds() + " s",
                "nothing was changed; see whether network-service answers, and try again");
    }

    private static Refusal inBody(Refusal why, String template) {
        String field = why.field() == null || template == null ? null : template + "." + why.field();
        return new Refusal(why.type(), why.detail(), field, why.hint());
    }
}
