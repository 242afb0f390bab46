package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Control groups are named after a slot, which is another container's as soon as one has ended and been cleaned up after. */
@Timeout(20)
class LiveContainerTest {
    @TempDir Path folder;
    private final List<String> said = new ArrayList<>();

    private LiveContainer container() {
        return new LiveContainer(null, 0, null, still -> said.add(still ? "stop" : "go"), folder.resolve("standing"));
    }

    @Test
    void whatHasEndedIsNeitherHeldNorLetGo() throws Exception {
        LiveContainer container = container();
        container.freezer().still(() -> container.end(() -> {}));
        container.freezer().pause();
        container.freezer().unpause();
        container.withSlot(() -> said.add("limited"));
        assertThat(said).containsExactly("stop");
    }

    @Test
    void whoIsAtItsSlotIsWaitedFor() throws Exception {
        LiveContainer container = container();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ends = new CountDownLatch(1);
        CompletableFuture<Void> update = CompletableFuture.runAsync(() -> container.withSlot(() -> {
            begun.countDown();
            await(ends);
        }));
        await(begun);
        container.end(() -> {});
        CompletableFuture<Void> cleaning = CompletableFuture.runAsync(container::awaitSlot);
        assertThat(cleaning.handle((_, _) -> "").completeOnTimeout("waits", 100, TimeUnit.MILLISECONDS).join()).isEqualTo("waits");
        ends.countDown();
        CompletableFuture.allOf(update, cleaning).join();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
