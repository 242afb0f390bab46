package io.gantry.kit.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.kit.outbox.OutboxTable.Ends;
import org.junit.jupiter.api.Test;

class OutboxWaitersTest {
    private static final Ends EMPTY = new Ends(Long.MAX_VALUE, 0);
    private final OutboxWaiters waiters = new OutboxWaiters();

    @Test
    void anEmptyOutboxHasCarriedAll() {
        var done = waiters.add();
        assertThat(waiters.present()).isTrue();
        waiters.answer(EMPTY);
        assertThat(done).isCompleted();
        assertThat(waiters.present()).isFalse();
    }

    @Test
    void waitsForWhatWasThereAndNotForWhatCameLater() {
        var done = waiters.add();
        waiters.answer(new Ends(3, 5));
        waiters.answer(new Ends(5, 9));
        assertThat(done).isNotDone();
        var later = waiters.add();
        waiters.answer(new Ends(6, 9));
        assertThat(done).isCompleted();
        assertThat(later).isNotDone();
        waiters.answer(EMPTY);
        assertThat(later).isCompleted();
    }
}
