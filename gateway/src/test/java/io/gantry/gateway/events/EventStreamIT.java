package io.gantry.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.envelope.Topics;
import io.gantry.gateway.fixture.ApiClient;
import io.gantry.gateway.fixture.PlayedPlatform;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.stream.KafkaLink;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The event stream over a real Kafka. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
@QuarkusTestResource(PlayedPlatform.class)
class EventStreamIT {
    private static final int FLOOD = 20_000;

    @TestHTTPResource URI address;

    @ConfigProperty(name = "gantry.token.file")
    Path tokenFile;

    @Inject KafkaLink kafka;

    private final String run = UUID.randomUUID().toString();
    private ApiClient api;

    /** An event as a client sees it. */
    private record Seen(String id, String json) {}

    @BeforeEach
    void connect() throws Exception {
        api = new ApiClient(address.getPort(), tokenFile);
    }

    @Test
    void losesAndDoublesNothingOverReconnects() throws Exception {
        String last;
        try (Stream<String> lines = open("/api/v1/events?type=test." + run + ".*", null)) {
            Iterator<String> watching = lines.iterator();
            assertThat(watching.next()).startsWith("id: ");
            publish(0, 100);
            last = take(watching, 40).getLast().id();
        }
        publish(100, 200);
        List<String> rest = new ArrayList<>();
        try (Stream<String> lines = open("/api/v1/events?type=test." + run + ".*", last)) {
            Iterator<String> watching = lines.iterator();
            take(watching, 100).forEach(seen -> rest.add(seen.json()));
            // now live
            publish(200, 220);
            take(watching, 80).forEach(seen -> rest.add(seen.json()));
        }
        assertThat(rest).doesNotHaveDuplicates().hasSize(180);
    }

    @Test
    void aStreamCutAnywhereAndResumedIsTheWholeStream() throws Exception {
        Instant before = Instant.now();
        publish(0, 60);
        List<String> all = new ArrayList<>();
        String after = before.toString();
        for (int piece = 0; piece < 6; piece++) {
            try (Stream<String> lines = open("/api/v1/events?type=test." + run + ".*&after=" + after, null)) {
                List<Seen> seen = take(lines.iterator(), 10);
                seen.forEach(event -> all.add(event.json()));
                after = seen.getLast().id();
            }
        }
        assertThat(all).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 60).mapToObj(this::json).toList());
    }

    @Test
    void showsOnlyTheSubjectAskedFor() throws Exception {
        Instant before = Instant.now();
        publish(0, 10);
        try (Stream<String> lines = open("/api/v1/events?subject=s7-" + run + "&after=" + before, null)) {
            assertThat(take(lines.iterator(), 1).getFirst().json()).isEqualTo(json(7));
        }
    }

    @Test
    void tellsASpanOfThePastInTheOrderOfTimeAndEnds() throws Exception {
        Instant begin = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        publish(0, 500, i -> dated(i, begin.plusMillis(i)));
        String span = "&since=" + begin.plusMillis(100) + "&until=" + begin.plusMillis(399);
        List<String> within = IntStream.range(100, 400).mapToObj(i -> dated(i, begin.plusMillis(i))).toList();
        // the first ends in time, the second is over before it begins
        for (int ask = 0; ask < 2; ask++) {
            try (Stream<String> lines = open("/api/v1/events?type=test." + run + ".*" + span, null)) {
                assertThat(lines.filter(line -> line.startsWith("data: ")).map(line -> line.substring(6))).containsExactlyElementsOf(within);
            }
        }
    }

    @Test
    void goesOnFromThePastAndEndsWhenItIsTime() throws Exception {
        publish(0, 20);
        try (Stream<String> lines = open("/api/v1/events?type=test." + run + ".*&since=1h&until=" + Instant.now().plusSeconds(3), null)) {
            Iterator<String> watching = lines.iterator();
            List<String> told = new ArrayList<>();
            take(watching, 20).forEach(seen -> told.add(seen.json()));
            publish(20, 40);
            take(watching, 20).forEach(seen -> told.add(seen.json()));
            assertThat(told).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 40).mapToObj(this::json).toList());
            while (watching.hasNext()) {
                assertThat(watching.next()).as("behind the last event").doesNotStartWith("data:");
            }
        }
    }

    @Test
    void refusesAnIdItNeverGaveAndTimesThatCannotBe() throws Exception {
        assertThat(api.get("/api/v1/events?after=nonsense").statusCode()).isEqualTo(400);
        assertThat(api.get("/api/v1/events?since=yesterday").body()).contains("since is a time such as 2026-01-31T12:00:00Z", "got 'yesterday'");
        assertThat(api.get("/api/v1/events?since=1h&until=2h").body()).contains("is before since");
        assertThat(api.get("/api/v1/events?until=2h").body()).contains("is past, and the stream begins now");
    }

    @Test
    void dropsWhoIsTooSlowWithoutHoldingUpTheOthers() throws Exception {
        try (Socket slow = new Socket();
                Stream<String> lines = open("/api/v1/events?type=test." + run + ".*", null)) {
            slow.setReceiveBufferSize(4096);
            slow.connect(new InetSocketAddress("127.0.0.1", address.getPort()));
            String request = "GET /api/v1/events HTTP/1.1\r\nHost: g\r\nConnection: close\r\nAuthorization: Bearer " + api.token() + "\r\n\r\n";
            slow.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            slow.getInputStream().readNBytes(64);
            Iterator<String> watching = lines.iterator();
            watching.next();
            for (int from = 0; from < FLOOD; from += 1000) {
                publish(from, from + 1000);
                take(watching, 1000);
            }
            assertThat(new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).contains(": too slow: more than 1024 events waited; reconnect with Last-Event-ID");
        }
    }

    private Stream<String> open(String path, String lastEventId) throws Exception {
        var request = api.request(path);
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        var response = api.http().send(request.build(), BodyHandlers.ofLines());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
        return response.body();
    }

    private static List<Seen> take(Iterator<String> lines, int count) {
        List<Seen> seen = new ArrayList<>();
        String id = null;
        while (seen.size() < count) {
            String line = lines.next();
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("data: ")) {
                seen.add(new Seen(id, line.substring(6)));
            }
        }
        return seen;
    }

    private void publish(int from, int to) throws Exception {
        publish(from, to, this::json);
    }

    private void publish(int from, int to, IntFunction<String> json) throws Exception {
        List<Future<?>> sent = new ArrayList<>();
        for (int i = from; i < to; i++) {
            sent.add(kafka.producer().send(new ProducerRecord<>(Topics.FACTS.get(i % Topics.FACTS.size()), "s" + i + "-" + run, json.apply(i))));
        }
        for (var one : sent) {
            one.get();
        }
    }

    private String json(int i) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + i + "\",\"type\":\"test." + run + "." + i + "\"}";
    }

    private String dated(int i, Instant time) {
        return json(i).replace("}", ",\"time\":\"" + time + "\"}");
    }
}
