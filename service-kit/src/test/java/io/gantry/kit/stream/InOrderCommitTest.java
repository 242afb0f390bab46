package io.gantry.kit.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.vertx.mutiny.core.Vertx;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InOrderCommitTest {
    private static final TopicPartition ONE = new TopicPartition("facts", 1);
    private static final TopicPartition TWO = new TopicPartition("facts", 2);
    private final Vertx vertx = Vertx.vertx();
    private final List<Map<TopicPartition, Long>> later = new ArrayList<>();
    private final List<Map<TopicPartition, Long>> atOnce = new ArrayList<>();
    /** What the next later commits are answered; success when empty. */
    private final Deque<Uni<Void>> answers = new ArrayDeque<>();
    private final InOrderCommit commit = new InOrderCommit(vertx, consumer());

    @AfterEach
    void end() {
        commit.terminate(true);
        vertx.closeAndAwait();
    }

    @Test
    void commitsWhatWasHandledLast() {
        commit.partitionsAssigned(List.of(ONE, TWO));
        commit.handled(ONE, 4);
        commit.handled(ONE, 5);
        commit.handled(TWO, 9);
        commit.commitLater();
        assertThat(later).containsExactly(Map.of(ONE, 6L, TWO, 10L));
    }

    @Test
    void commitsNothingTwice() {
        commit.partitionsAssigned(List.of(ONE));
        commit.handled(ONE, 4);
        commit.commitLater();
        commit.commitLater();
        assertThat(later).hasSize(1);
    }

    @Test
    void commitsAPartitionAtOnceWhenItGoesAndLeavesTheOthers() {
        commit.partitionsAssigned(List.of(ONE, TWO));
        commit.handled(ONE, 4);
        commit.handled(TWO, 9);
        commit.partitionsRevoked(List.of(ONE));
        assertThat(atOnce).containsExactly(Map.of(ONE, 5L));
        commit.commitLater();
        assertThat(later).containsExactly(Map.of(TWO, 10L));
    }

    @Test
    void leavesToTheNewReaderWhatIsHandledAfterThePartitionWent() {
        commit.partitionsAssigned(List.of(ONE));
        commit.partitionsRevoked(List.of(ONE));
        commit.handled(ONE, 4);
        commit.commitLater();
        assertThat(later).isEmpty();
    }

    @Test
    void commitsAgainWhatKafkaDidNotTake() {
        answers.add(Uni.createFrom().failure(new TimeoutException("away")));
        commit.partitionsAssigned(List.of(ONE));
        commit.handled(ONE, 4);
        commit.commitLater();
        commit.commitLater();
        assertThat(later).containsExactly(Map.of(ONE, 5L), Map.of(ONE, 5L));
    }

    @Test
    void anOldOffsetThatKafkaDidNotTakeDoesNotHideANewerOne() {
        commit.partitionsAssigned(List.of(ONE));
        commit.handled(ONE, 4);
        answers.add(Uni.createFrom().voidItem().invoke(() -> {
            commit.handled(ONE, 7);
            throw new TimeoutException("away");
        }));
        commit.commitLater();
        commit.commitLater();
        assertThat(later).containsExactly(Map.of(ONE, 5L), Map.of(ONE, 8L));
    }

    private KafkaConsumer<?, ?> consumer() {
        return (KafkaConsumer<?, ?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {KafkaConsumer.class}, (_, method, arguments) -> switch (method.getName()) {
                    case "commitAsync" -> {
                        later.add(offsets(arguments[0]));
                        yield answers.isEmpty() ? Uni.createFrom().voidItem() : answers.poll();
                    }
                    case "unwrap" -> kafkaConsumer();
                    default -> throw new AssertionError(method);
                });
    }

    private Consumer<?, ?> kafkaConsumer() {
        return (Consumer<?, ?>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Consumer.class}, (_, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("commitSync");
                    atOnce.add(offsets(arguments[0]));
                    return null;
                });
    }

    @SuppressWarnings("unchecked")
    private static Map<TopicPartition, Long> offsets(Object given) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        ((Map<TopicPartition, OffsetAndMetadata>) given).forEach((partition, offset) -> offsets.put(partition, offset.offset()));
        return offsets;
    }
}
