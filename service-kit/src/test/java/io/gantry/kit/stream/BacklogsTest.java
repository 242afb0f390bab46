package io.gantry.kit.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogsTest {
    private final Backlogs backlogs = new Backlogs();

    @Test
    void overWhenNobodyIsBehindAndNobodyElseCanCome() {
        Runnable one = backlogs.expect("one");
        Runnable two = backlogs.expect("two");
        two.run();
        backlogs.nobodyElse();
        assertThat(isOver()).as("one is behind").isFalse();
        one.run();
        one.run();
        assertThat(isOver()).isTrue();
    }

    @Test
    void notOverWhileSomebodyMayStillCome() {
        backlogs.expect("one").run();
        assertThat(isOver()).isFalse();
        Runnable late = backlogs.expect("late");
        backlogs.nobodyElse();
        assertThat(isOver()).isFalse();
        late.run();
        assertThat(isOver()).isTrue();
    }

    private boolean isOver() {
        return backlogs.over().toCompletableFuture().isDone();
    }
}
