package io.gantry.kit.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HearingsTest {
    private static final UUID FACT = new UUID(0, 1);
    private static final UUID OTHER = new UUID(0, 2);
    private final Hearings hearings = new Hearings();

    @Test
    void isOverOnceAllHaveIt() {
        CompletableFuture<Void> heard = hearings.of(FACT);
        hearings.listens(FACT, "one");
        hearings.listens(FACT, "two");
        hearings.taken(FACT, "one");
        hearings.told(FACT);
        assertThat(heard).isNotDone();
        hearings.taken(FACT, "one");
        hearings.taken(OTHER, "two");
        assertThat(heard).isNotDone();
        hearings.taken(FACT, "two");
        assertThat(heard).isCompleted();
    }

    @Test
    void whoHasItAtOnceIsNotAllWhoListen() {
        CompletableFuture<Void> heard = hearings.of(FACT);
        hearings.listens(FACT, "one");
        hearings.taken(FACT, "one");
        hearings.listens(FACT, "two");
        hearings.told(FACT);
        assertThat(heard).isNotDone();
        hearings.taken(FACT, "two");
        assertThat(heard).isCompleted();
    }

    @Test
    void whatNobodyListensToIsHeardWhenItIsTold() {
        CompletableFuture<Void> heard = hearings.of(FACT);
        hearings.told(FACT);
        assertThat(heard).isCompleted();
    }

    @Test
    void whoWaitsNoLongerLeavesNothing() {
        hearings.of(FACT).complete(null);
        hearings.listens(FACT, "one");
        CompletableFuture<Void> heard = hearings.of(FACT);
        hearings.told(FACT);
        assertThat(heard).isCompleted();
    }
}
