package io.gantry.scheduler.deployment.core;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.ResolvedImage;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a person or a rule may want of a deployment. Kept as JSON while network-service is asked. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = DeploymentWish.Scale.class, name = "scale"),
    @JsonSubTypes.Type(value = DeploymentWish.Become.class, name = "become"),
    @JsonSubTypes.Type(value = DeploymentWish.Follow.class, name = "follow"),
    @JsonSubTypes.Type(value = DeploymentWish.RollBack.class, name = "roll-back")
})
public sealed interface DeploymentWish {
    /** Exactly so many. */
    record Scale(int replicas) implements DeploymentWish {
        public Scale {
            DeploymentSpec.checkReplicas(replicas);
        }
    }

    /** It shall be like that; {@code image} is the template's, resolved. */
    record Become(DeploymentSpec spec, ResolvedImage image, String reason) implements DeploymentWish {}

    /** The same template with what its tag points to now. */
    record Follow(ResolvedImage image, String reason) implements DeploymentWish {}

    /** Like it was in {@code revision}; {@code null}: before the present one. */
    record RollBack(Integer revision) implements DeploymentWish {}

    /** What becomes of a wish. */
    sealed interface Answer {
        record Granted(Deployment deployment, List<Revision> made, List<DeploymentEvent> events) implements Answer {
            /** Of which image replicas are wanted that weren't before; empty where none are. */
            public Optional<ResolvedImage> newReplicasOf(Deployment before, Map<Integer, Revision> revisions) {
                if (!made.isEmpty()) {
                    return Optional.of(made.getLast().image());
                }
                return deployment.spec().asked() > before.spec().asked() ? Optional.of(revisions.get(before.revision()).image()) : Optional.empty();
            }
        }

        record Refused(Refusal refusal) implements Answer {}
    }

    static Answer decide(Deployment deployment, Map<Integer, Revision> revisions, DeploymentWish wish, Instant now) {
        return switch (wish) {
            case Scale(var replicas) -> scale(deployment, replicas, now);
            case Become(var spec, var image, var reason) -> become(deployment, revisions, spec, image, reason, now);
            case Follow(var image, var reason) -> become(deployment, revisions, deployment.spec(), image, reason, now);
            case RollBack(var number) -> rollBack(deployment, revisions, number, now);
        };
    }

    /** The same wish in words that mean the same later: with the number of the revision to go back to. */
    static DeploymentWish definite(Deployment deployment, Map<Integer, Revision> revisions, DeploymentWish wish) {
        return switch (wish) {
            case RollBack(var number) when number == null ->
                    earlier(deployment, revisions).<DeploymentWish>map(revision -> new RollBack(revision.number())).orElse(wish);
            case Scale _, Become _, Follow _, RollBack _ -> wish;
        };
    }

    private static Optional<Revision> earlier(Deployment deployment, Map<Integer, Revision> revisions) {
        return revisions.values().stream()
                .filter(revision -> revision.number() < deployment.revision() && isOther(deployment, revision))
                .max(Comparator.comparingInt(Revision::number));
    }

    private static Answer scale(Deployment deployment, int replicas, Instant now) {
        if (deployment.spec().mode().isJob() && replicas != 0) {
            return new Answer.Refused(Refusal.of(
                    ProblemType.CONFLICT, deployment.name() + " is a job: it has no replicas", "say job.completions and job.maxConcurrent with PUT"));
        }
        if (deployment.spec().mode() == DeploymentSpec.Mode.GLOBAL && replicas != 0) {
            return new Answer.Refused(Refusal.of(
                    ProblemType.CONFLICT, deployment.name() + " is global: it has one replica on each node", "constraints of its template leave nodes out"));
        }
        if (deployment.spec().replicas() == replicas) {
            return new Answer.Granted(deployment, List.of(), List.of());
        }
        return new Answer.Granted(
                DeploymentEvolution.scaled(deployment, replicas, now),
                List.of(),
                List.of(new DeploymentEvent.Scaled(deployment.id(), deployment.name(), replicas)));
    }

    private static Answer become(
            Deployment deployment, Map<Integer, Revision> revisions, DeploymentSpec spec, ResolvedImage image, String reason,
            Instant now) {
        if (spec.mode() != deployment.spec().mode()) {
            return new Answer.Refused(Refusal.of(
                    ProblemType.CONFLICT,
                    "%s is %s, and stays so as long as it is there".formatted(deployment.name(), word(deployment.spec().mode())),
                    "remove it, and make it anew"));
        }
        Revision present = revisions.get(deployment.revision());
        if (alike(present, spec, image)) {
            if (spec.mode().isJob()) {
                boolean same = deployment.spec().job().equals(spec.job());
                return new Answer.Granted(same ? deployment.withSpec(spec) : DeploymentEvolution.asked(deployment, spec), List.of(), List.of());
            }
            Answer.Granted scaled = (Answer.Granted) scale(deployment, spec.replicas(), now);
            return new Answer.Granted(scaled.deployment().withSpec(spec), List.of(), scaled.events());
        }
        int number = next(revisions);
        int original = revisions.values().stream()
                .filter(revision -> alike(revision, spec, image))
                .map(revision -> deployment.original(revision.number()))
                .findFirst()
                .orElse(number);
        return rollOut(deployment, new Revision(number, spec, image, reason, now), original, spec, now);
    }

    private static String word(DeploymentSpec.Mode mode) {
        return switch (mode) {
            case REPLICATED -> "replicated";
            case GLOBAL -> "global";
            case JOB -> "a job";
            case GLOBAL_JOB -> "a job on each node";
        };
    }

    private static Answer rollBack(Deployment deployment, Map<Integer, Revision> revisions, Integer number, Instant now) {
        Optional<Revision> older = number == null
                ? earlier(deployment, revisions)
                : Optional.ofNullable(revisions.get(number));
        if (older.isEmpty()) {
            return new Answer.Refused(number == null
                    ? Refusal.of(ProblemType.CONFLICT, deployment.name() + " has no earlier revision to go back to")
                    : Refusal.of(ProblemType.NOT_FOUND, deployment.name() + " has no revision " + number));
        }
        if (!isOther(deployment, older.get())) {
            return new Answer.Refused(Refusal.of(
                    ProblemType.CONFLICT, "revision " + older.get().number() + " is what " + deployment.name() + " is already"));
        }
        String reason = "rolled back to revision " + older.get().number();
        Revision copy = older.get().copyAs(next(revisions), reason, now);
        DeploymentSpec spec = copy.spec().withReplicas(deployment.spec().replicas());
        return rollOut(deployment, copy, deployment.original(older.get().number()), spec, now);
    }

    private static Answer rollOut(Deployment deployment, Revision revision, int original, DeploymentSpec spec, Instant now) {
        Deployment revised = DeploymentEvolution.revised(deployment, revision.number(), original, spec, now);
        return new Answer.Granted(
                revised,
                List.of(revision),
                List.of(new DeploymentEvent.RolloutStarted(
                        deployment.id(), deployment.name(), deployment.revision(), revision.number(), spec, revision.reason())));
    }

    private static boolean isOther(Deployment deployment, Revision revision) {
        return deployment.original(revision.number()) != deployment.original(deployment.revision());
    }

    private static boolean alike(Revision revision, DeploymentSpec spec, ResolvedImage image) {
        return revision.spec().template().equals(spec.template()) && revision.image().manifest().equals(image.manifest());
    }

    private static int next(Map<Integer, Revision> revisions) {
        return revisions.keySet().stream().mapToInt(Integer::intValue).max().orElse(0) + 1;
    }
}
