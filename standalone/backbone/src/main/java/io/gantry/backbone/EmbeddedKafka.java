package io.gantry.backbone;

import io.gantry.contracts.envelope.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** One KRaft node, broker and controller, on loopback, with all of Gantry's topics. Every acknowledged record is on disk. */
final class EmbeddedKafka implements AutoCloseable {
    private final KafkaRaftServer server;

    EmbeddedKafka(Path folder, int port) throws Exception {
        Files.createDirectories(folder);
        format(folder);
        server = new KafkaRaftServer(KafkaConfig.fromProps(settings(folder, port), false), Time.SYSTEM);
        server.startup();
        createTopics(port);
    }

    private static void format(Path folder) throws Exception {
        if (Files.exists(folder.resolve("meta.properties"))) {
            return;
        }
        new Formatter()
                .setClusterId(Uuid.randomUuid().toString())
                .setNodeId(1)
                .addDirectory(folder.toString())
                .setMetadataLogDirectory(folder.toString())
                .setControllerListenerName("CONTROLLER")
                .setReleaseVersion(MetadataVersion.latestProduction())
                .setPrintStream(System.err)
                .run();
    }

    private static Properties settings(Path folder, int port) {
        String controller = "127.0.0.1:" + (port + 1);
        Properties p = new Properties();
        p.putAll(
                Map.of(
                        "process.roles", "broker,controller",
                        "node.id", "1",
                        "listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://" + controller,
                        "advertised.listeners", "PLAINTEXT://127.0.0.1:" + port,
                        "controller.listener.names", "CONTROLLER",
                        "inter.broker.listener.name", "PLAINTEXT",
                        "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
                        "controller.quorum.voters", "1@" + controller,
                        "log.dirs", folder.toString(),
                        "auto.create.topics.enable", "false"));
        // one broker has no replica to recover from: a record is acknowledged when it is on the disk
        p.put("log.flush.interval.messages", "1");
        p.putAll(
                Map.of(
                        "offsets.topic.replication.factor", "1",
                        "offsets.topic.num.partitions", "4",
                        "transaction.state.log.replication.factor", "1",
                        "transaction.state.log.min.isr", "1",
                        "transaction.state.log.num.partitions", "1",
                        "share.coordinator.state.topic.replication.factor", "1",
                        "share.coordinator.state.topic.min.isr", "1",
                        "group.initial.rebalance.delay.ms", "0",
                        "log.cleaner.dedupe.buffer.size", "4194304"));
        p.putAll(Map.of("num.network.threads", "2", "num.io.threads", "2", "background.threads", "2"));
        return p;
    }

    private static void createTopics(int port) throws InterruptedException, ExecutionException, IOException {
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", "127.0.0.1:" + port))) {
            Set<String> present = admin.listTopics().names().get();
            List<NewTopic> missing = new ArrayList<>();
            for (String fact : Topics.FACTS) {
                missing.add(
                        new NewTopic(fact, Topics.FACT_PARTITIONS, (short) 1)
                                .configs(Map.of("retention.ms", Long.toString(Topics.FACT_RETENTION_MILLIS))));
            }
            for (String state : Topics.STATES) {
                missing.add(
                        new NewTopic(state, Topics.STATE_PARTITIONS, (short) 1)
                                .configs(
                                        Map.of(
                                                "cleanup.policy", "compact",
                                                "segment.ms", "3600000",
                                                "min.cleanable.dirty.ratio", "0.3")));
            }
            missing.removeIf(topic -> present.contains(topic.name()));
            admin.createTopics(missing).all().get();
        }
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
