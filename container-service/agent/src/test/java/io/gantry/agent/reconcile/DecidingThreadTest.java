package io.gantry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DecidingThreadTest {
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();

    @Test
    void goesOnAfterAnException() throws Exception {
        try (DecidingThread thread = new DecidingThread("test", e -> done.add("ended"))) {
            thread.start();
            thread.post(() -> {
                throw new IllegalStateException("odd");
            });
            thread.post(() -> done.add("next"));
            assertThat(done.poll(5, TimeUnit.SECONDS)).isEqualTo("next");
        }
    }

    @Test
    void anErrorIsTheEndOfTheProgram() throws Exception {
        try (DecidingThread thread = new DecidingThread("test", e -> done.add(e.getMessage()))) {
            thread.start();
            thread.post(() -> {
                throw new OutOfMemoryError("unable to create native thread");
            });
            assertThat(done.poll(5, TimeUnit.SECONDS)).isEqualTo("unable to create native thread");
        }
    }
}
