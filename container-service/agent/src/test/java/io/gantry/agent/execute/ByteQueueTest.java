package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ByteQueueTest {
    private static final int MUCH = 1000;
    private final Backlog backlog = new Backlog(10);
    private final ByteQueue lazy = new ByteQueue(MUCH, false, backlog);
    private final ByteQueue eager = new ByteQueue(MUCH, false, backlog);

    private static byte[] piece(int size) {
        return new byte[size];
    }

    private static int read(ByteQueue queue) throws IOException {
        return queue.read(new byte[MUCH]);
    }

    @Test
    void readersWhoDoNotReadTakeNoMoreTogetherThanTheyMay() throws Exception {
        for (int i = 0; i < 10; i++) {
            lazy.put(piece(5));
            eager.put(piece(5));
        }
        assertThat(lazy.available() + eager.available()).isEqualTo(10);
        assertThat(read(lazy)).isEqualTo(5);
        lazy.put(piece(7));
        assertThat(lazy.available()).isEqualTo(7);
    }

    @Test
    void whoReadsGoesOnThoughOthersHaveTakenAllRoom() throws Exception {
        lazy.put(piece(20));
        for (int i = 0; i < 10; i++) {
            eager.put(piece(5));
            assertThat(read(eager)).isEqualTo(5);
        }
    }

    @Test
    void whatIsClosedTakesNoRoom() {
        lazy.put(piece(20));
        lazy.close();
        eager.put(piece(5));
        eager.put(piece(4));
        assertThat(eager.available()).isEqualTo(9);
    }

    @Test
    void whatMustNotLoseAnythingWaitsForItsReader() throws Exception {
        lazy.put(piece(20));
        ByteQueue whole = new ByteQueue(MUCH, true, backlog);
        Thread writer = Thread.startVirtualThread(() -> {
            for (int i = 0; i < 100; i++) {
                whole.put(piece(5));
            }
            whole.end();
        });
        int sum = 0;
        for (int got = read(whole); got >= 0; got = read(whole)) {
            sum += got;
        }
        writer.join();
        assertThat(sum).isEqualTo(500);
        assertThat(whole.available()).isZero();
    }
}
