package io.gantry.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Topics;
import io.gantry.kit.fixture.Backbone;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The embedded PostgreSQL and Kafka as services find them. */
class BackboneIT {
    private static Backbone backbone;

    @BeforeAll
    static void start() {
        backbone = Backbone.start();
    }

    @AfterAll
    static void stop() {
        backbone.close();
    }

    @Test
    void everyCommitIsOnDiskBeforeItIsAnswered() throws SQLException {
        try (Connection connection = connect("network", "network")) {
            for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
                try (var result = connection.createStatement().executeQuery("show " + setting)) {
                    result.next();
                    assertThat(result.getString(1)).as(setting).isEqualTo("on");
                }
            }
        }
    }

    @Test
    void noServiceReadsAnothersSchema() throws SQLException {
        try (Connection owner = connect("network", "network")) {
            owner.createStatement().execute("create table if not exists secret_lease (address text)");
        }
        try (Connection other = connect("scheduler", "scheduler")) {
            assertThatThrownBy(() -> other.createStatement().executeQuery("select * from network.secret_lease"))
                    .hasMessageContaining("permission denied for schema network");
            assertThatThrownBy(() -> other.createStatement().execute("create table network.mine (a int)"))
                    .hasMessageContaining("permission denied for schema network");
        }
    }

    @Test
    void nobodyConnectsWithoutItsPassword() {
        assertThatThrownBy(() -> connect("network", "scheduler")).hasMessageContaining("password authentication failed");
    }

    @Test
    void startsAgainAfterItWasKilledAndHasEverythingItAcknowledged() throws Exception {
        try (Connection connection = connect("image", "image")) {
            connection.createStatement().execute("create table kept (a int); insert into kept values (7)");
        }
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(Map.of("bootstrap.servers", backbone.kafka(), "acks", "all"), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(Topics.JOB, 3, "k", "kept")).get();
        }

        backbone.killAndRestart();

        try (Connection connection = connect("image", "image");
                var result = connection.createStatement().executeQuery("select a from kept")) {
            assertThat(result.next()).isTrue();
            assertThat(result.getInt(1)).isEqualTo(7);
        }
        Map<String, Object> settings = new HashMap<>(Map.of("bootstrap.servers", backbone.kafka(), "auto.offset.reset", "earliest"));
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(Topics.JOB, 3)));
            consumer.seekToBeginning(consumer.assignment());
            assertThat(consumer.poll(Duration.ofSeconds(20)).iterator().next().value()).isEqualTo("kept");
        }
    }

    private static Connection connect(String service, String passwordOf) throws SQLException {
        return DriverManager.getConnection(
                backbone.jdbcUrl(service), "gantry_" + service, backbone.password(passwordOf));
    }
}
