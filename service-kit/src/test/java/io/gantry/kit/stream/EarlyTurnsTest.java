package io.gantry.kit.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EarlyTurnsTest {
    private static final EarlyTurns.Place HERE = new EarlyTurns.Place(0, "one");
    private static final EarlyTurns.Place BESIDE = new EarlyTurns.Place(0, "another");
    private final Lanes lanes = new Lanes();
    private final EarlyTurns<String> turns = new EarlyTurns<>(lanes);
    private final List<String> done = new ArrayList<>();

    @BeforeEach
    void begin() {
        tell("first");
        assertThat(done).isEmpty();
        bring("first");
        done.clear();
    }

    @Test
    void whatIsToldIsDoneAtOnceAndNotAgain() {
        tell("a");
        assertThat(done).containsExactly("a");
        bring("a");
        assertThat(done).containsExactly("a");
    }

    @Test
    void whatFailsIsDoneWhenKafkaBringsIt() {
        turns.early(HERE, "a", null, () -> Uni.createFrom().failure(new IllegalStateException("not now")));
        tell("b");
        assertThat(done).isEmpty();
        bring("a");
        bring("b");
        tell("c");
        assertThat(done).containsExactly("a", "b", "c");
    }

    @Test
    void workThatThrowsHoldsUpNobody() {
        turns.early(HERE, "a", null, () -> {
            throw new IllegalStateException("a defect");
        });
        tell("b");
        bring("a");
        bring("b");
        tell("c");
        assertThat(done).containsExactly("a", "b", "c");
    }

    @Test
    void oneAfterTheOther() {
        CompletableFuture<Void> slow = new CompletableFuture<>();
        turns.early(HERE, "a", null, () -> Uni.createFrom().completionStage(slow).invoke(() -> done.add("a")));
        tell("b");
        var brought = turns.late(HERE, "a", () -> did("a")).subscribeAsCompletionStage();
        assertThat(done).isEmpty();
        assertThat(brought).isNotDone();
        slow.complete(null);
        assertThat(done).containsExactly("a", "b");
        assertThat(brought).isCompleted();
    }

    @Test
    void anotherUseOfTheSameLanesWaitsForTheSameSubject() {
        EarlyTurns<String> others = new EarlyTurns<>(lanes);
        others.early(HERE, "first", null, () -> did("first"));
        others.late(HERE, "first", () -> Uni.createFrom().voidItem()).await().atMost(Duration.ofSeconds(10));
        CompletableFuture<Void> slow = new CompletableFuture<>();
        turns.early(HERE, "a", null, () -> Uni.createFrom().completionStage(slow).invoke(() -> done.add("a")));
        others.early(HERE, "b", null, () -> did("b"));
        assertThat(done).isEmpty();
        slow.complete(null);
        assertThat(done).containsExactly("a", "b");
    }

    @Test
    void messagesInARowAreOnePieceAndNoneIsDoneAgain() {
        CompletableFuture<Void> slow = new CompletableFuture<>();
        turns.early(HERE, "a", null, () -> Uni.createFrom().completionStage(slow));
        List<String> row = new ArrayList<>(List.of("b"));
        turns.early(HERE, null, () -> row, () -> did(String.join("+", row)));
        row.add("c");
        slow.complete(null);
        List.of("a", "b", "c").forEach(this::bring);
        tell("d");
        assertThat(done).containsExactly("b+c", "d");
    }

    @Test
    void aRowThatFailsComesFromKafkaOneByOne() {
        turns.early(HERE, null, () -> List.of("a", "b"), () -> Uni.createFrom().failure(new IllegalStateException("not now")));
        turns.early(HERE, null, () -> List.of("c", "d"), () -> did("c+d"));
        List.of("a", "b", "c", "d").forEach(this::bring);
        tell("e");
        assertThat(done).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void anotherSubjectWaitsForNobody() {
        turns.early(HERE, "a", null, () -> Uni.createFrom().nothing());
        turns.early(BESIDE, "b", null, () -> did("b"));
        assertThat(done).containsExactly("b");
    }

    @Test
    void aReaderThatGoesAwayGivesItsTurnUp() {
        CompletableFuture<Void> never = new CompletableFuture<>();
        turns.late(HERE, "a", () -> Uni.createFrom().completionStage(never)).subscribe().with(_ -> {}).cancel();
        tell("b");
        assertThat(done).containsExactly("b");
    }

    @Test
    void whatIsGivenUpBeforeItsTurnDoesNotEndAnothers() {
        CompletableFuture<Void> slow = new CompletableFuture<>();
        turns.early(HERE, "a", null, () -> Uni.createFrom().completionStage(slow).invoke(() -> done.add("a")));
        turns.late(HERE, "b", () -> did("b")).subscribe().with(_ -> {}).cancel();
        tell("c");
        assertThat(done).isEmpty();
        slow.complete(null);
        assertThat(done).containsExactly("a", "c");
    }

    private void tell(String message) {
        turns.early(HERE, message, null, () -> did(message));
    }

    private void bring(String message) {
        turns.late(HERE, message, () -> did(message)).await().atMost(Duration.ofSeconds(10));
    }

    private Uni<Void> did(String message) {
        return Uni.createFrom().voidItem().invoke(() -> done.add(message));
    }
}
