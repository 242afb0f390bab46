package io.gantry.image.build.step;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.problem.Unexpected;
import io.gantry.contracts.tar.TarFailure;
import io.gantry.contracts.view.BuildView;
import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.Place;
import io.gantry.image.build.core.PlannedStep;
import io.gantry.kit.problem.Refused;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Why a build failed, and which place of its Dockerfile is to blame for it.
 *
 * @param refusal which names the place, too
 * @param failure {@code null} if no place is
 * @param ended how the command ended that is to blame, or {@code null}
 */
record Blame(Refusal refusal, BuildView.Failure failure, BuildFailure.Ended ended) {
    private static final Logger LOG = Logger.getLogger(Blame.class);
    private static final int LINES = 20;

    /** No place is. */
    static Blame of(Refusal refusal) {
        return new Blame(refusal, null, null);
    }

    static Blame of(Exception e, String dockerfile, StepBook book) {
        Optional<PlannedStep> step = book.failure();
        BuildFailure.Ended ended = e instanceof BuildFailure failure ? failure.ended() : null;
        Refusal refusal = refusal(e, step.isPresent());
        Optional<Place> place = e instanceof DockerfileRefusal refused
                ? Optional.of(new Place(dockerfile, refused.at().line(), refused.instruction().or(() -> step.map(PlannedStep::instruction))))
                : step.map(one -> new Place(dockerfile, one.line(), Optional.of(one.instruction())));
        if (place.isEmpty()) {
            return new Blame(refusal, null, ended);
        }
        List<String> output = step.map(one -> book.lastLines(one.id(), LINES)).orElse(List.of());
        BuildView.Failure failure = new BuildView.Failure(
                dockerfile, place.get().line(), place.get().instruction().orElse(null), step.map(one -> one.id().number()).orElse(null), ended == null ? null : ended.exitCode(), output);
        return new Blame(new Refusal(refusal.type(), place.get() + ": " + refusal.detail(), refusal.field(), refusal.hint()), failure, ended);
    }

    private static Refusal refusal(Exception e, boolean inAStep) {
        return switch (e) {
            case DockerfileRefusal refused -> refused.refusal();
            case BuildFailure failure -> failure.refusal();
            case Refused refused -> refused.refusal();
            case BadField bad -> new Refusal(ProblemType.BAD_REQUEST, bad.getMessage(), null, "see the Dockerfile and .dockerignore");
            case TarFailure failure -> inAStep
                    ? new Refusal(ProblemType.BAD_REQUEST, "an archive can't be read: " + failure.getMessage(), null, "archives are plain tars, or packed by gzip, bzip2, xz or zstd")
                    : new Refusal(ProblemType.BAD_REQUEST, "the context can't be read: " + failure.getMessage(), null, "send a tar, plain or packed by gzip, bzip2, xz or zstd");
            default -> {
                Unexpected error = Unexpected.marked();
                LOG.errorf(e, "a build failed, %s", error.mark());
                yield Refusal.of(ProblemType.INTERNAL, error.words("the service"));
            }
        };
    }
}
