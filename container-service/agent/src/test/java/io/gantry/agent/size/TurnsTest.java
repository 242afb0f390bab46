package io.gantry.agent.size;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class TurnsTest {
    private final Turns turns = new Turns();

    @Test
    void ofManyAtOneFolderOneWorksAtATime() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(Thread.ofPlatform().start(() -> work(() -> {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                Thread.yield();
                inside.decrementAndGet();
            })));
        }
        for (Thread one : all) {
            one.join();
        }
        assertThat(most).hasValue(1);
        assertThat(turns.size()).as("what nobody is at").isZero();
    }

    private void work(Turns.Work work) {
        for (int i = 0; i < 1000; i++) {
            try {
                turns.take(Path.of("/same"), work);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void nobodyWaitsForAnothersFolder() throws Exception {
        Thread another = Thread.ofPlatform().unstarted(() -> {
            try {
                turns.take(Path.of("/other"), () -> {});
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        turns.take(Path.of("/one"), () -> {
            another.start();
            try {
                another.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(turns.size()).isZero();
    }

    @Test
    void whatFailsGivesItsTurnBack() throws Exception {
        assertThatThrownBy(() -> turns.take(Path.of("/one"), () -> {
                    throw new IOException("no");
                }))
                .hasMessage("no");
        assertThat(turns.size()).isZero();
    }
}
