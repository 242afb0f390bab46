package io.gantry.kit.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LaneTest {
    private final Lane lane = new Lane();
    private final List<String> done = new ArrayList<>();

    @Test
    void oneAfterTheOtherInTheOrderInWhichTheyWereAskedFor() {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = new CompletableFuture<>();
        take(first);
        take(second);
        take(CompletableFuture.completedFuture("third"));
        second.complete("second");
        assertThat(done).isEmpty();
        first.complete("first");
        assertThat(done).containsExactly("first", "second", "third");
    }

    @Test
    void workThatFailsOrThrowsEndsItsTurn() {
        take(CompletableFuture.failedFuture(new IllegalStateException("no")));
        lane.turn(null, () -> {
            throw new IllegalStateException("a defect");
        }).subscribe().with(_ -> {}, failure -> done.add(failure.getMessage()));
        take(CompletableFuture.completedFuture("next"));
        assertThat(done).containsExactly("no", "a defect", "next");
    }

    @Test
    void whoGivesUpWhileWaitingLetsNobodyPast() {
        CompletableFuture<String> first = new CompletableFuture<>();
        take(first);
        Cancellable second = take(CompletableFuture.completedFuture("second"));
        take(CompletableFuture.completedFuture("third"));
        second.cancel();
        assertThat(done).isEmpty();
        first.complete("first");
        assertThat(done).containsExactly("first", "third");
    }

    @Test
    void workIsAskedForInItsTurnOnly() {
        CompletableFuture<String> first = new CompletableFuture<>();
        take(first);
        lane.turn(null, () -> {
            done.add("begun");
            return Uni.createFrom().item("second");
        }).subscribe().with(_ -> {});
        assertThat(done).isEmpty();
        first.complete("first");
        assertThat(done).containsExactly("first", "begun");
    }

    private Cancellable take(CompletableFuture<String> work) {
        return lane.turn(null, () -> Uni.createFrom().completionStage(work).invoke(done::add).onFailure().invoke(failure -> done.add(failure.getMessage())))
                .subscribe()
                .with(_ -> {}, _ -> {});
    }
}
