package io.gantry.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.agroal.api.AgroalDataSource;
import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.RuleEvent;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.RuleId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.StateKey;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.fixture.Tables;
import io.gantry.kit.outbox.Forgetting;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Transaction.Mode;
import io.gantry.kit.outbox.Write;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.sample.SampleConsumer;
import io.gantry.kit.sample.SampleTransactions;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.stream.ShortWay;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the event backbone promises, on a real PostgreSQL and a real Kafka. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class OutboxIT {
    private static final Random RANDOM = new Random();
    private static final RuleId RULE = new RuleId(Ids.of("rule", Instant.EPOCH, RANDOM));

    @Inject SampleTransactions transactions;
    @Inject @DataSource("sample") AgroalDataSource jdbc;
    @Inject KafkaLink kafka;
    @Inject ShortWay shortWay;
    @Inject Vertx vertx;

    private String run;

    @BeforeEach
    void nameTheRun() {
        run = Ids.hex64(RANDOM).substring(0, 8);
    }

    /** A fact that Kafka may still tell again is known. */
    @Test
    void forgetsWhatWasHandledOnceKafkaHasForgottenIt() throws Exception {
        Instant now = Instant.now();
        try (var connection = jdbc.getConnection();
                var insert = connection.prepareStatement("insert into inbox (consumer, event_id, handled_at) values (?, gen_random_uuid(), cast(? as timestamptz) - cast(? as interval))")) {
            for (String age : List.of("59 days 23 hours", "60 days 1 hour", "2 years")) {
                insert.setString(1, run + " " + age);
                insert.setString(2, now.toString());
                insert.setString(3, age);
                insert.executeUpdate();
            }
            Forgetting.HANDLED.forget(connection, now);
        }
        assertThat(Tables.rows(jdbc, "select consumer from inbox where consumer like '" + run + "%'")).containsExactly(run + " 59 days 23 hours");
    }

    @Test
    void publishesWhatWasCommitted() throws Exception {
        await(() -> transactions.in(tx -> tx.publish(removed("committed"))));
        assertThat(heard(1)).containsExactly(run + "committed");
    }

    @Test
    void publishesNothingOfATransactionThatFailed() throws Exception {
        assertThatThrownBy(() -> await(() -> transactions.in(
                        tx -> tx.publish(removed("phantom")).chain(() -> Uni.createFrom().failure(new IllegalStateException("no"))))))
                .hasMessageContaining("no");
        await(() -> transactions.in(tx -> tx.publish(removed("after"))));
        assertThat(heard(1)).containsExactly(run + "after");
    }

    @Test
    void publishesNothingOfATransactionThatFailsWhenItCommits() throws Exception {
        assertThatThrownBy(() -> await(() -> transactions.in(tx -> tx.session()
                        .createNativeQuery("insert into note_refers (note) values ('" + run + "nobody')")
                        .executeUpdate()
                        .chain(() -> tx.publish(removed("phantom"))))))
                .rootCause()
                .hasMessageContaining("note_refers");
        await(() -> transactions.in(tx -> tx.publish(removed("after"))));
        assertThat(heard(1)).containsExactly(run + "after");
    }

    @Test
    void keepsTheOrderOfOneTransactionHoweverMuchItSays() throws Exception {
        List<RuleEvent> events = IntStream.range(0, 450).<RuleEvent>mapToObj(i -> removed("-many-" + i)).toList();
        await(() -> transactions.in(tx -> tx.publish(events)));
        assertThat(heard(450)).containsExactlyElementsOf(events.stream().map(event -> ((RuleEvent.Removed) event).name()).toList());
    }

    @Test
    void keepsTheOrderOfOneAggregate() throws Exception {
        List<String> expected = new ArrayList<>();
        for (int batch = 0; batch < 20; batch++) {
            List<RuleEvent> events = IntStream.range(batch * 50, batch * 50 + 50).<RuleEvent>mapToObj(i -> removed("-" + i)).toList();
            events.forEach(event -> expected.add(((RuleEvent.Removed) event).name()));
            await(() -> transactions.in(tx -> tx.publish(events)));
        }
        assertThat(heard(1000)).containsExactlyElementsOf(expected);
    }

    @Test
    void whatIsTooLargeForARecordIsRefusedAndHoldsUpNothing() throws Exception {
        String large = "x".repeat(2 << 20);
        assertThatThrownBy(() -> await(() -> transactions.in(tx -> tx.publish(removed(large)))))
                .rootCause()
                .isInstanceOf(Refused.class)
                .hasMessageContaining("and at most 524288 can be");
        assertThatThrownBy(() -> await(() -> transactions.because(Ids.uuid7(Instant.now(), RANDOM), tx -> tx.publish(removed(large)))))
                .rootCause()
                .isInstanceOf(IllegalArgumentException.class);
        await(() -> transactions.in(tx -> tx.publish(removed("after"))));
        assertThat(heard(1)).containsExactly(run + "after");
    }

    @Test
    void publishesWhatACrashedProcessLeftBehind() throws Exception {
        insertOutboxRow(fact("left-behind"));
        assertThat(heard(1)).containsExactly(run + "left-behind");
    }

    @Test
    void aFactThatComesTwiceHasItsEffectOnce() throws Exception {
        Fact fact = fact("twice");
        insertOutboxRow(fact);
        insertOutboxRow(fact);
        await(() -> transactions.in(tx -> tx.publish(removed("afterwards"))));
        assertThat(heard(3)).containsExactly(run + "twice", run + "twice", run + "afterwards");
        assertThat(timesOf("twice")).isEqualTo(1);
        assertThat(SampleConsumer.TOLD).filteredOn(name -> name.startsWith(run)).containsExactly(run + "twice", run + "afterwards");
    }

    @Test
    void whatIsKnownToChangeNothingHasNoEffectAndHoldsItsPlace() throws Exception {
        await(() -> transactions.in(tx -> tx.publish(List.of(removed("before"), removed("needless"), removed("behind")))));
        assertThat(heard(3)).containsExactly(run + "before", run + "needless", run + "behind");
        assertThat(timesOf("needless")).isZero();
        assertThat(SampleConsumer.TOLD).filteredOn(name -> name.startsWith(run)).containsExactly(run + "before", run + "behind");
    }

    @Test
    void aDefectOfOursHoldsUpNobodyElse() throws Exception {
        await(() -> transactions.in(tx -> tx.publish(List.of(removed("poison"), removed("behind-it")))));
        assertThat(heard(2)).containsExactly(run + "poison", run + "behind-it");
        assertThat(timesOf("poison")).isZero();
        assertThat(SampleConsumer.TOLD).filteredOn(name -> name.startsWith(run)).containsExactly(run + "behind-it");
        assertThat(timesOf("behind-it")).isEqualTo(1);
    }

    @Test
    void whoIsInTheSameProcessIsToldOnceAndInOrderThoughKafkaHangs() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        shortWay.listen(Topics.RULE, message -> {
            if (message.payload().contains(run)) {
                told.add(message.payload());
            }
        });
        BackboneForTests.backbone().pauseKafka();
        try {
            await(() -> transactions.in(tx -> tx.publish(List.of(removed("one"), removed("two")))));
            assertThat(told.poll(20, TimeUnit.SECONDS)).contains(run + "one");
            assertThat(told.poll(20, TimeUnit.SECONDS)).contains(run + "two");
        } finally {
            BackboneForTests.backbone().resumeKafka();
        }
        assertThat(heard(2)).containsExactly(run + "one", run + "two");
        assertThat(told).isEmpty();
        assertThat(timesOf("one")).isEqualTo(1);
    }

    @Test
    void stateGoesToItsNodesPartitionAndATombstoneAfterIt() throws Exception {
        NodeId node = new NodeId(Ids.of("node", Instant.now(), RANDOM));
        Ipv4 address = Ipv4.parse("10.1.0.1");
        Desired.Service body = new Desired.Service(run, new NetworkId(Ids.hex64(RANDOM)), List.of("web"), address, List.of(), List.of());
        StateKey key = new StateKey(node, "service", run);
        await(() -> transactions.in(tx -> tx.desire(key, 1, 1, body)));
        await(() -> transactions.in(tx -> tx.forget(key)));
        try (KafkaConsumer<String, String> reader = kafka.reader()) {
            reader.assign(List.of(new TopicPartition(Topics.NODE_DESIRED, Topics.statePartition(node.value()))));
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            while (records.size() < 2) {
                reader.poll(Duration.ofSeconds(20)).forEach(record -> {
                    if (record.key().equals(key.toString())) {
                        records.add(record);
                    }
                });
            }
            assertThat(Json.read(records.getFirst().value(), DesiredRecord.class)).isEqualTo(new DesiredRecord(key, 1, 1, body));
            assertThat(records.getLast().value()).isNull();
        }
    }

    @Test
    void losesNothingWhileKafkaHangs() throws Exception {
        BackboneForTests.backbone().pauseKafka();
        try {
            for (int i = 0; i < 10; i++) {
                RuleEvent event = removed("-paused-" + i);
                await(() -> transactions.in(tx -> tx.publish(event)));
            }
            assertThat(SampleConsumer.HEARD).noneMatch(name -> name.startsWith(run));
        } finally {
            BackboneForTests.backbone().resumeKafka();
        }
        assertThat(heard(10)).hasSize(10);
        for (int i = 0; i < 10; i++) {
            assertThat(timesOf("-paused-" + i)).isEqualTo(1);
        }
    }

    @Test
    void losesNothingThatWasAcknowledgedWhenPostgresCrashes() throws Exception {
        List<String> acknowledged = new ArrayList<>();
        Instant deadline = Instant.now().plusSeconds(60);
        for (int i = 0; acknowledged.size() < 40 && Instant.now().isBefore(deadline); i++) {
            if (i == 15) {
                BackboneForTests.backbone().crashPostgres();
            }
            String name = "-crash-" + i;
            try {
                await(() -> transactions.in(tx -> tx.publish(removed(name))));
                acknowledged.add(run + name);
            } catch (ExecutionException e) {
                // the database is away: nothing was acknowledged
            }
        }
        assertThat(acknowledged).as("commits before and after the crash").hasSize(40);
        List<String> heard = new ArrayList<>();
        while (!heard.containsAll(acknowledged)) {
            heard.addAll(heard(1));
        }
        for (String name : acknowledged) {
            assertThat(timesOf(name.substring(run.length()))).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void whatIsWrittenInTheEndAndWhatIsPublishedAreOne(Mode mode) throws Exception {
        String id = run + mode;
        await(() -> transactions.in(mode, tx -> {
            tx.write(note(id));
            return tx.publish(removed("written"));
        }));
        assertThat(heard(1)).containsExactly(run + "written");
        assertThat(timesOf(mode.name())).isEqualTo(1);
        assertThatThrownBy(() -> await(() -> transactions.in(mode, tx -> {
                    tx.write(note(id));
                    tx.write(note(id + "another"));
                    return tx.publish(removed("phantom"));
                })))
                .rootCause()
                .hasMessageContaining("note_pkey");
        await(() -> transactions.in(tx -> tx.publish(removed("after"))));
        assertThat(heard(1)).containsExactly(run + "after");
        assertThat(timesOf(mode + "another")).isZero();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void whoLosesARaceWritesNothingAndIsDoneAgain(Mode mode) throws Exception {
        String id = run + mode;
        await(() -> transactions.in(mode, tx -> written(tx, note(id))));
        List<Boolean> attempts = new ArrayList<>();
        await(() -> transactions.in(mode, tx -> {
            attempts.add(tx.again());
            tx.write(note(id + attempts.size()));
            tx.write(Write.ofOne("update note set times = 7 where id = :id and times = :seen").with("id", id).with("seen", tx.again() ? 1 : 3));
            return tx.publish(removed("attempt" + attempts.size()));
        }));
        assertThat(attempts).containsExactly(false, true);
        assertThat(heard(1)).containsExactly(run + "attempt2");
        assertThat(timesOf(mode.name())).isEqualTo(7);
        assertThat(timesOf(mode + "1")).isZero();
        assertThat(timesOf(mode + "2")).isEqualTo(1);
    }

    @Test
    void whoIsGivenUpInADeadlockIsDoneAgain() throws Exception {
        await(() -> transactions.in(tx -> written(tx, note(run + "left"))));
        await(() -> transactions.in(tx -> written(tx, note(run + "right"))));
        CompletableFuture<Void> left = new CompletableFuture<>();
        CompletableFuture<Void> right = new CompletableFuture<>();
        AtomicInteger attempts = new AtomicInteger();
        Future<Void> other = inAnother(() -> await(() -> transactions.in(tx -> counted(tx, attempts, "right", right, left, "left"))));
        await(() -> transactions.in(tx -> counted(tx, attempts, "left", left, right, "right")));
        other.get(20, TimeUnit.SECONDS);
        assertThat(attempts).hasValue(3);
        assertThat(timesOf("left")).isEqualTo(3);
        assertThat(timesOf("right")).isEqualTo(3);
    }

    private static Future<Void> inAnother(Callable<Void> work) {
        FutureTask<Void> task = new FutureTask<>(work);
        Thread.ofPlatform().start(task);
        return task;
    }

    /** Counts in the one row, and in the other once somebody else holds that. */
    private Uni<Void> counted(Transaction tx, AtomicInteger attempts, String first, CompletableFuture<Void> held, CompletableFuture<Void> awaited, String second) {
        attempts.incrementAndGet();
        Context here = Vertx.currentContext();
        return count(tx, first)
                .invoke(() -> held.complete(null))
                .chain(() -> Uni.createFrom().completionStage(awaited))
                .emitOn(work -> here.runOnContext(_ -> work.run()))
                .chain(() -> count(tx, second));
    }

    private Uni<Void> count(Transaction tx, String note) {
        return tx.lockedSession()
                .createNativeQuery("update note set times = times + 1 where id = '" + run + note + "'")
                .executeUpdate()
                .replaceWithVoid();
    }

    @Test
    void workThatFindsItMustLockIsDoneAgainAndDoes() throws Exception {
        List<Mode> modes = new ArrayList<>();
        await(() -> transactions.in(Mode.STATEMENT, tx -> {
            modes.add(tx.mode());
            tx.write(note(run + "late"));
            return tx.publish(removed("locked"))
                    .chain(() -> tx.lockedSession().createNativeQuery("insert into note (id, times) values ('" + run + "early', 1)").executeUpdate())
                    .chain(tx::flush);
        }));
        assertThat(modes).containsExactly(Mode.STATEMENT, Mode.LOCKING);
        assertThat(heard(1)).containsExactly(run + "locked");
        assertThat(timesOf("early")).isEqualTo(1);
        assertThat(timesOf("late")).isEqualTo(1);
    }

    @Test
    void whatATransactionStandsOnIsAskedIfItWritesAnything() throws Exception {
        String turn = run + "turn";
        await(() -> transactions.in(tx -> {
            tx.write(note(turn));
            return Uni.createFrom().voidItem();
        }));
        List<Integer> seen = new ArrayList<>();
        await(() -> transactions.in(Mode.STATEMENT, tx -> {
            seen.add(tx.again() ? 1 : 3);
            tx.standsOn(Write.ofOne("update note set times = times + 1 where id = :id and times = :seen").with("id", turn).with("seen", seen.getLast()));
            tx.write(note(run + "stands"));
            return Uni.createFrom().voidItem();
        }));
        assertThat(seen).as("the first look was wrong").containsExactly(3, 1);
        assertThat(timesOf("turn")).isEqualTo(2);
        assertThat(timesOf("stands")).isEqualTo(1);
        await(() -> transactions.in(Mode.STATEMENT, tx -> {
            tx.standsOn(Write.ofOne("update note set times = 9 where id = :id").with("id", turn));
            return Uni.createFrom().voidItem();
        }));
        assertThat(timesOf("turn")).as("nothing was written").isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void anEventIsHandledOnce(Mode mode) throws Exception {
        UUID event = Ids.uuid7(Instant.now(), RANDOM);
        String id = run + mode;
        assertThat(once(mode, "me", event, tx -> written(tx, note(id)).replaceWith("done"))).isEqualTo("done");
        assertThat(once(mode, "me", event, tx -> written(tx, note(id + "again")).replaceWith("done"))).isNull();
        assertThat(once(mode, "me", event, tx -> Uni.createFrom().failure(new IllegalStateException("it is there already")))).isNull();
        assertThat(timesOf(mode + "again")).isZero();
        assertThat(once(mode, "another", event, tx -> written(tx, note(id + "another")).replaceWith("done"))).isEqualTo("done");
        assertThatThrownBy(() -> once(mode, "third", event, tx -> Uni.createFrom().failure(new IllegalStateException("no")))).hasMessageContaining("no");
    }

    private String once(Mode mode, String consumer, UUID event, Function<Transaction, Uni<String>> work) throws Exception {
        return await(() -> transactions.once(mode, consumer, event, work));
    }

    @Test
    void whoReadsWhatTheSameTransactionWritesSeesItOnceItIsFlushed() throws Exception {
        List<Integer> seen = await(() -> transactions.in(tx -> written(tx, note(run + "read"))
                .chain(tx::flush)
                .chain(() -> tx.session().createNativeQuery("select times from note where id = '" + run + "read'", Integer.class).getResultList())));
        assertThat(seen).containsExactly(1);
    }

    @Test
    void howeverMuchIsWrittenIsWritten() throws Exception {
        int rows = 100;
        int statementFull = 65_535;
        await(() -> transactions.in(tx -> {
            for (int i = 0; i * rows <= statementFull; i++) {
                int first = i * rows;
                Write some = Write.of("insert into note (id, times) values "
                        + IntStream.range(0, rows).mapToObj(row -> "(:id" + row + ", 1)").collect(Collectors.joining(", ")));
                IntStream.range(0, rows).forEach(row -> some.with("id" + row, run + "much" + (first + row)));
                tx.write(some);
            }
            return tx.publish(removed("much"));
        }));
        assertThat(heard(1)).containsExactly(run + "much");
        assertThat(timesOf("much0")).isEqualTo(1);
        assertThat(timesOf("much" + statementFull)).isEqualTo(1);
    }

    private static Write note(String id) {
        return Write.of("insert into note (id, times) values (:id, 1)").with("id", id);
    }

    private static Uni<Void> written(Transaction tx, Write write) {
        tx.write(write);
        return Uni.createFrom().voidItem();
    }

    private RuleEvent removed(String name) {
        return new RuleEvent.Removed(RULE, "default", run + name);
    }

    private Fact fact(String name) {
        return new Fact(Ids.uuid7(Instant.now(), RANDOM), "/gantry/sample-service", RULE.value(), Instant.now(), null, removed(name));
    }

    private void insertOutboxRow(Fact fact) throws SQLException {
        try (var connection = jdbc.getConnection();
                var sql = connection.prepareStatement("insert into outbox (topic, key, payload) values (?, ?, ?)")) {
            sql.setString(1, fact.topic());
            sql.setString(2, fact.subject());
            sql.setString(3, fact.toJson());
            sql.executeUpdate();
        }
    }

    private int timesOf(String name) throws SQLException {
        try (var connection = jdbc.getConnection();
                var sql = connection.prepareStatement("select times from note where id = ?")) {
            sql.setString(1, run + name);
            try (var result = sql.executeQuery()) {
                return result.next() ? result.getInt(1) : 0;
            }
        }
    }

    /** The next {@code count} names of this test's run. */
    private List<String> heard(int count) throws InterruptedException {
        List<String> names = new ArrayList<>();
        while (names.size() < count) {
            String name = SampleConsumer.HEARD.poll(60, TimeUnit.SECONDS);
            assertThat(name).as("heard %d of %d", names.size(), count).isNotNull();
            if (name.startsWith(run)) {
                names.add(name);
            }
        }
        return names;
    }

    /** Sessions belong to an event loop: runs the work on one and waits here. */
    private <T> T await(Supplier<Uni<T>> work) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        Context context = io.smallrye.common.vertx.VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
        io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle.setContextSafe(context, true);
        context.runOnContext(_ -> work.get().subscribe().with(done::complete, done::completeExceptionally));
        return done.get(Duration.ofSeconds(20).toMillis(), TimeUnit.MILLISECONDS);
    }
}
