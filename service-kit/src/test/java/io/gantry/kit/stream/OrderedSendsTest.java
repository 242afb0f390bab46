package io.gantry.kit.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OrderedSendsTest {
    private static final Duration LONG = Duration.ofHours(1);
    private final List<String> answers = Collections.synchronizedList(new ArrayList<>());

    @Test
    void whatSeveralHandOverGoesInTheOrderInWhichTheyDo() throws Exception {
        MockProducer<String, String> kafka = kafka();
        try (OrderedSends sends = new OrderedSends(kafka, Duration.ofMillis(20))) {
            for (int i = 0; i < 200; i++) {
                int number = i;
                Thread one = Thread.ofPlatform().start(() -> send(sends, "" + number));
                one.join();
                if (i % 50 == 0) {
                    Thread.sleep(25); // a pause begins between two of them
                }
            }
        }
        assertThat(values(kafka)).isEqualTo(IntStream.range(0, 200).mapToObj(Integer::toString).toList());
        assertThat(answers).hasSize(200).allMatch(answer -> answer.endsWith(" is there"));
    }

    @Test
    void whatWaitsForCompanyGoesWhenItCloses() {
        MockProducer<String, String> kafka = kafka();
        try (OrderedSends sends = new OrderedSends(kafka, LONG)) {
            send(sends, "a");
            send(sends, "b");
            assertThat(values(kafka)).isEmpty();
        }
        assertThat(values(kafka)).containsExactly("a", "b");
    }

    @Test
    void afterItHasClosedItIsAnsweredThatNothingGoes() throws Exception {
        MockProducer<String, String> kafka = kafka();
        OrderedSends sends = new OrderedSends(kafka, Duration.ZERO);
        sends.close();
        send(sends, "late");
        assertThat(answers).singleElement().asString().startsWith("late: ");
    }

    @Test
    void nothingOvertakesWhatKafkaDidNotTakeInTime() throws Exception {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        CountDownLatch goOn = new CountDownLatch(1);
        MockProducer<String, String> kafka = new Refusing("slow", new TimeoutException("nobody is there"), asked, goOn);
        try (OrderedSends sends = new OrderedSends(kafka, Duration.ZERO)) {
            send(sends, "first");
            send(sends, "slow");
            asked.get(10, TimeUnit.SECONDS);
            send(sends, "behind it");
            goOn.countDown();
        }
        assertThat(values(kafka)).containsExactly("first");
        assertThat(answers).containsExactly("first is there", "slow: nobody is there", "behind it: nobody is there");
    }

    @Test
    void whatIsTooLargeIsNobodyElsesConcern() throws Exception {
        MockProducer<String, String> kafka = new Refusing("large", new RecordTooLargeException("too large"), new CompletableFuture<>(), new CountDownLatch(0));
        try (OrderedSends sends = new OrderedSends(kafka, Duration.ofMillis(20))) {
            List.of("first", "large", "behind it").forEach(value -> send(sends, value));
        }
        assertThat(answers).containsExactly("first is there", "large: too large", "behind it is there");
    }

    private void send(OrderedSends sends, String value) {
        sends.send(new ProducerRecord<>("topic", value), (_, failure) -> answers.add(failure == null ? value + " is there" : value + ": " + failure.getMessage()));
    }

    private static List<String> values(MockProducer<String, String> kafka) {
        return kafka.history().stream().map(ProducerRecord::value).toList();
    }

    private static MockProducer<String, String> kafka() {
        return new MockProducer<>(true, new RoundRobinPartitioner(), new StringSerializer(), new StringSerializer());
    }

    /** As the real one does it: by the answer, not by throwing. */
    private static final class Refusing extends MockProducer<String, String> {
        private final String value;
        private final RuntimeException why;
        private final CompletableFuture<Void> asked;
        private final CountDownLatch goOn;

        private Refusing(String value, RuntimeException why, CompletableFuture<Void> asked, CountDownLatch goOn) {
            super(true, new RoundRobinPartitioner(), new StringSerializer(), new StringSerializer());
            this.value = value;
            this.why = why;
            this.asked = asked;
            this.goOn = goOn;
        }

        @Override
        public Future<RecordMetadata> send(ProducerRecord<String, String> record, Callback callback) {
            if (!record.value().equals(value)) {
                return super.send(record, callback);
            }
            asked.complete(null);
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            callback.onCompletion(null, why);
            return CompletableFuture.failedFuture(why);
        }
    }
}
