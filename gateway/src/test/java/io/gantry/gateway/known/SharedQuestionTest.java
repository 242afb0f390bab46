package io.gantry.gateway.known;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SharedQuestionTest {
    private final List<Promise<String>> asked = new ArrayList<>();
    private final SharedQuestion<String> question = new SharedQuestion<>(() -> {
        Promise<String> promise = Promise.promise();
        asked.add(promise);
        return promise.future();
    });

    @Test
    void whoComesWhileItIsAskedSharesTheNextAsking() {
        Future<String> first = question.ask();
        Future<String> second = question.ask();
        Future<String> third = question.ask();
        assertThat(asked).hasSize(1);
        asked.get(0).complete("one");
        assertThat(first.result()).isEqualTo("one");
        assertThat(second.isComplete()).as("that answer may be from before it came").isFalse();
        assertThat(asked).hasSize(2);
        asked.get(1).complete("two");
        assertThat(List.of(second.result(), third.result())).containsExactly("two", "two");
        assertThat(asked).as("nobody waits").hasSize(2);
        assertThat(question.ask().isComplete()).isFalse();
        assertThat(asked).hasSize(3);
    }

    @Test
    void aFailureIsForThoseWhoWaitedForIt() {
        Future<String> first = question.ask();
        Future<String> second = question.ask();
        asked.get(0).fail("away");
        assertThat(first.cause()).hasMessage("away");
        asked.get(1).complete("back");
        assertThat(second.result()).isEqualTo("back");
    }

    @Test
    void whatFailsBeforeItIsAskedIsAFailure() {
        SharedQuestion<String> broken = new SharedQuestion<>(() -> {
            throw new IllegalStateException("no question");
        });
        assertThat(broken.ask().cause()).hasMessage("no question");
        assertThat(broken.ask().cause()).hasMessage("no question");
    }

    /** However many threads ask, none is told what was so before it asked. */
    @Test
    void nobodyIsToldOfThePast() throws Exception {
        AtomicLong truth = new AtomicLong();
        AtomicInteger askings = new AtomicInteger();
        try (ExecutorService answering = Executors.newFixedThreadPool(2); ExecutorService asking = Executors.newFixedThreadPool(8)) {
            SharedQuestion<Long> shared = new SharedQuestion<>(() -> {
                askings.incrementAndGet();
                Promise<Long> promise = Promise.promise();
                answering.execute(() -> promise.complete(truth.get()));
                return promise.future();
            });
            List<java.util.concurrent.Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(asking.submit(() -> {
                    for (int turn = 0; turn < 500; turn++) {
                        long mine = truth.incrementAndGet();
                        long told = shared.ask().toCompletionStage().toCompletableFuture().get();
                        assertThat(told).isGreaterThanOrEqualTo(mine);
                    }
                    return 500;
                }));
            }
            int answers = 0;
            for (var one : all) {
                answers += one.get();
            }
            assertThat(answers).isEqualTo(4000);
            assertThat(askings.get()).isBetween(1, 4000);
        }
    }
}
