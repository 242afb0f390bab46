package io.gantry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkersTest {
    private final BlockingQueue<String> done = new LinkedBlockingQueue<>();

    @Test
    void oneKeysWorkGoesOnAfterAnErrorOfSomeOfIt() throws Exception {
        try (Workers workers = new Workers("test")) {
            CountDownLatch both = new CountDownLatch(1);
            workers.submit("web", () -> {
                await(both);
                throw new StackOverflowError("deep");
            });
            workers.submit("web", () -> done.add("next"));
            both.countDown();
            assertThat(done.poll(5, TimeUnit.SECONDS)).isEqualTo("next");
        }
    }

    @Test
    void workThatGotNoThreadStandsInNobodysWay() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        try (Workers workers = new Workers(task -> {
            if (asked.incrementAndGet() == 1) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(task);
        })) {
            assertThatThrownBy(() -> workers.submit("web", () -> done.add("first"))).isInstanceOf(OutOfMemoryError.class);
            workers.submit("web", () -> done.add("second"));
            assertThat(done.poll(5, TimeUnit.SECONDS)).isEqualTo("second");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
