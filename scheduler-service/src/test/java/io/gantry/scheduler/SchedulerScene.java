package io.gantry.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agroal.api.AgroalDataSource;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.StateKey;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.fixture.Tables;
import io.gantry.kit.stream.KafkaLink;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.http.TestHTTPResource;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The service on a real PostgreSQL and Kafka, with two hosts; the rest of the platform is played. */
abstract class SchedulerScene {
    static final Random RANDOM = new Random();
    private static final ImageConfig RUNS = new ImageConfig(null, List.of("run"), null, null, null, null, null, null, null);
    static final Duration LOOK_EVERY = Duration.ofMillis(50);

    @TestHTTPResource("/scheduler-service")
    URI service;

    @Inject ServiceToken token;
    @Inject KafkaLink kafka;
    @Inject @DataSource("scheduler") AgroalDataSource jdbc;

    private final HttpClient http = HttpClient.newHttpClient();
    final String run = Ids.hex64(RANDOM).substring(0, 6);
    FakeHosts hosts;
    Observed.Node one;
    Observed.Node two;

    @BeforeEach
    void twoHosts() throws Exception {
        hosts = new FakeHosts(kafka);
        one = hosts.host("one-" + run, 1);
        two = hosts.host("two-" + run, 2);
        hosts.await(NodeEvent.Ready.class, node -> node.id().equals(one.id()));
        hosts.await(NodeEvent.Ready.class, node -> node.id().equals(two.id()));
    }

    @AfterEach
    void noHosts() throws Exception {
        // of all projects: what is left takes the next test's hosts
        for (String deployment : Tables.rows(jdbc, "select id || '?project=' || project from deployment")) {
            call("DELETE", "/deployments/" + deployment, null);
        }
        for (Observed.Node node : List.of(one, two)) {
            call("POST", "/nodes/" + node.name() + "/drain", null); // so that the next test's containers stay away
        }
        hosts.close();
    }

    void awaitRows(String query, String... expected) throws Exception {
        await(query, () -> Tables.rows(jdbc, query), List.of(expected)::equals);
    }

    /** Looks again and again, for 20 s. @return what it saw when that was so */
    static <T> T await(String what, Callable<T> look, Predicate<T> so) throws Exception {
        Instant deadline = Instant.now().plusSeconds(20);
        T seen = look.call();
        while (!so.test(seen)) {
            assertThat(Instant.now()).as(what + " gives " + seen).isBefore(deadline);
            Thread.sleep(LOOK_EVERY);
            seen = look.call();
        }
        return seen;
    }

    ContainerId request(String name, String nodeName) {
        ContainerId container = new ContainerId(Ids.hex64(RANDOM));
        hosts.say(requested(container, name, nodeName));
        return container;
    }

    static ContainerEvent.Requested requested(ContainerId id, String name, String nodeName) {
        return requested(id, name, nodeName, ContainerSpec.DEFAULT_RUNTIME);
    }

    static ContainerEvent.Requested requested(ContainerId id, String name, String nodeName, String runtime) {
        ContainerSpec spec = ContainerSpec.from(ImageRef.parse("a:1")).nodeName(nodeName).runtime(runtime).resources(Resources.limits().memory(Bytes.mebi(512)).build()).build();
        return new ContainerEvent.Requested(
                id, "default", name, new Owner.Person(), spec, image("a", "1"), Desired.Life.CREATED);
    }

    static ResolvedImage image(String repository, String tag) {
        return image(repository, tag, RUNS);
    }

    private static ResolvedImage image(String repository, String tag, ImageConfig config) {
        Digest digest = Digest.ofHex(Ids.hex64(RANDOM));
        return new ResolvedImage(ImageRef.parse(repository + ":" + tag), digest, digest, config, List.of(), "amd64", Bytes.mebi(1), Instant.EPOCH);
    }

    ResolvedImage push(String repository, String tag) {
        return push(repository, tag, RUNS);
    }

    ResolvedImage push(String repository, String tag, ImageConfig config) {
        ResolvedImage image = image(repository, tag, config);
        hosts.say(new ImageEvent.Stored(ImageRef.parse(repository + "@" + image.manifest()), image));
        hosts.say(new ImageEvent.Tagged(ImageRef.parse(repository + ":" + tag), image, null));
        return image;
    }

    static String spec(String image, int replicas) {
        return """
                {"replicas": %d, "template": {"image": "%s", "resources": {"memory": 67108864}},
                 "rollout": {"drain": "PT0.2S", "progressDeadline": "PT30S"}}""".formatted(replicas, image);
    }

    static String spec(String image, int replicas, int port) {
        return spec(image, replicas).replace("\"resources\"", "\"ports\": [{\"hostPort\": %d, \"containerPort\": 80}], \"resources\"".formatted(port));
    }

    void deploy(String name, String image, int replicas) throws Exception {
        var response = call("POST", "/deployments", "{\"name\":\"%s\",\"spec\":%s}".formatted(name, spec(image, replicas)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    }

    /** The manifest that each node shall have ahead for a deployment, or because somebody asked for it. */
    Map<String, String> prefetches(String id) {
        List<TopicPartition> all = new ArrayList<>();
        Map<String, String> told = new TreeMap<>();
        try (var reader = kafka.reader()) {
            reader.partitionsFor(Topics.NODE_DESIRED).forEach(partition -> all.add(new TopicPartition(Topics.NODE_DESIRED, partition.partition())));
            reader.assign(all);
            reader.seekToBeginning(all);
            Map<TopicPartition, Long> ends = reader.endOffsets(all);
            while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
                reader.poll(Duration.ofMillis(200)).forEach(record -> {
                    StateKey key = StateKey.parse(record.key());
                    if (!key.kind().equals("prefetch") || !key.id().equals(id)) {
                        return;
                    }
                    if (record.value() == null) {
                        told.remove(key.node().value());
                    } else {
                        told.put(key.node().value(), ((Desired.Prefetch) Json.read(record.value(), DesiredRecord.class).body()).image().manifest().value());
                    }
                });
            }
        }
        return told;
    }

    JsonNode get(String path) throws Exception {
        var response = call("GET", path, null);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.read(response.body(), JsonNode.class);
    }

    HttpResponse<String> call(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(service + path))
                        .header("Authorization", token.header())
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofSeconds(60))
                        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
