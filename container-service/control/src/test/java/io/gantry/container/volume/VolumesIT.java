package io.gantry.container.volume;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.container.fixture.NodeCertificate;
import io.gantry.container.fixture.Peers;
import io.gantry.container.fixture.PlayedAgent;
import io.gantry.container.fixture.Samples;
import io.gantry.container.link.LinkPort;
import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.link.LinkMessage;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.OwnLabels;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ContainerRequest;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.stream.KafkaLink;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Volumes by REST and through the containers that use them; the test plays scheduler, network and agent. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class VolumesIT {
    private static final String IMAGE = "shop/db:1";

    @TestHTTPResource("/container-service/")
    URI base;

    @Inject ServiceToken token;
    @Inject KafkaLink kafka;
    @Inject LinkPort link;

    private final HttpClient http = HttpClient.newHttpClient();
    private NodeCertificate node;
    private Peers peers;
    private PlayedAgent agent;

    @BeforeEach
    void begin() throws Exception {
        String joinToken = json(send("POST", "join-tokens", null, 200)).path("token").asText();
        node = NodeCertificate.join(link.number(), joinToken).certificate();
        peers = new Peers(kafka, node.node());
        peers.nodeReady(1);
        peers.push(IMAGE);
        agent = PlayedAgent.dial(node.node(), link.number(), Path.of("target/test-pki"), node).obey().hello(0);
        agent.next(LinkMessage.Snapshot.class);
    }

    @AfterEach
    void end() throws Exception {
        agent.close();
        peers.close();
    }

    @Test
    void aVolumeIsMadeOnceAndShownWithItsLabels() throws Exception {
        String body = "{\"name\": \"v-made\", \"labels\": {\"team\": \"blue\"}}";
        String id = json(send("POST", "volumes", body, 201)).path("id").asText();
        assertThat(json(send("POST", "volumes", "{\"name\": \"v-made\"}", 201)).path("id").asText()).as("as with Docker, the one that is there").isEqualTo(id);
        JsonNode found = json(send("GET", "volumes?label=team=blue", null, 200)).path("items");
        assertThat(found).hasSize(1);
        assertThat(found.get(0).path("name").asText()).isEqualTo("v-made");
        assertThat(found.get(0).has("node")).isFalse();
        assertThat(json(send("GET", "volumes/" + id, null, 200)).path("labels").path("team").asText()).isEqualTo("blue");
        send("DELETE", "volumes/v-made", null, 204);
        assertThat(json(send("GET", "volumes/v-made", null, 404)).path("detail").asText()).isEqualTo("there is no volume 'v-made'");
    }

    @Test
    void aVolumeThatIsRemovedAsItIsAskedForIsMadeAnew() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Integer> answers = new CopyOnWriteArrayList<>();
        try (ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                others.submit(() -> {
                    while (!over.get()) {
                        answers.add(sent("DELETE", "volumes/v-fought-for", null).statusCode());
                    }
                    return null;
                });
            }
            for (int i = 0; i < 150; i++) {
                answers.add(sent("POST", "volumes", "{\"name\": \"v-fought-for\"}").statusCode());
            }
            over.set(true);
        }
        assertThat(answers).as("404: removed before it was shown").isSubsetOf(201, 204, 404);
    }

    @Test
    void aCacheOfABuildStaysUntilItIsPruned() throws Exception {
        BuildId build = new BuildId(Ids.of("build", Instant.now(), new Random()));
        ContainerId step = new ContainerId(Ids.hex64(new Random()));
        ContainerSpec spec = ContainerSpec.from(ImageRef.parse(IMAGE)).mounts(List.of(Mount.Volume.at("build-cache-m2", "/root/.m2"))).build();
        peers.say(new BuildEvent.ContainerWanted(build, step, "build-step", new Owner.BuildStep(build, 2), spec, Samples.image(spec.image())));
        peers.await(ContainerEvent.Started.class, started -> started.id().equals(step));
        String prune = "volumes/prune?all=true&label=" + OwnLabels.BUILD_CACHE + "%3Dtrue";
        assertThat(json(send("POST", prune, null, 200)).path("items")).as("one that a step has").isEmpty();
        peers.say(new BuildEvent.ContainerUnwanted(build, step));
        peers.await(ContainerEvent.Removed.class, removed -> removed.id().equals(step));
        assertThat(json(send("GET", "volumes/build-cache-m2", null, 200)).path("usedBy")).isEmpty();
        assertThat(json(send("POST", prune, null, 200)).path("items")).extracting(volume -> volume.path("name").asText()).containsExactly("build-cache-m2");
    }

    @Test
    void aContainerMakesItsVolumesHoldsThemAndTellsItsNode() throws Exception {
        JsonNode container = create("v-user", Mount.Volume.at("v-data", "/data"), Mount.Volume.at(null, "/cache"));
        assertThat(container.path("volumes").findValuesAsText("target")).containsExactlyInAnyOrder("/data", "/cache");
        Desired.Volume desired = (Desired.Volume) agent.next(LinkMessage.Change.class, change -> change.record().body() instanceof Desired.Volume, 15).record().body();
        JsonNode data = json(send("GET", "volumes/v-data", null, 200));
        assertThat(data.path("node").path("name").asText()).isEqualTo("n1");
        assertThat(data.path("usedBy").get(0).asText()).isEqualTo("v-user");
        assertThat(List.of(data.path("id").asText(), container.path("volumes").findValuesAsText("id").getFirst(), container.path("volumes").findValuesAsText("id").getLast()))
                .contains(desired.id().value());

        JsonNode problem = json(send("DELETE", "volumes/v-data", null, 409));
        assertThat(problem.path("detail").asText()).isEqualTo("volume 'v-data' is in use by container v-user");
        assertThat(problem.path("hint").asText()).isEqualTo("remove it first");
        create("v-second", Mount.Volume.at("v-data", "/elsewhere"));
        var requested = peers.await(ContainerEvent.Requested.class, event -> event.name().equals("v-second"));
        assertThat(requested.volumes().getFirst().node()).as("the scheduler is told where it is").isEqualTo(node.node());
        assertThat(json(send("DELETE", "volumes/v-data", null, 409)).path("detail").asText()).isEqualTo("volume 'v-data' is in use by containers v-second, v-user");

        send("DELETE", "containers/v-user?volumes=true", null, 204);
        send("DELETE", "containers/v-second?volumes=true", null, 204);
        assertThat(names(send("GET", "volumes", null, 200))).as("only what was made for it alone").containsExactly("v-data");
        send("DELETE", "volumes/v-data", null, 204);
        String gone = data.path("id").asText();
        assertThat(agent.next(LinkMessage.Change.class, change -> change.record().key().id().equals(gone) && change.record().body() == null, 15).record().key().kind()).isEqualTo("volume");
        assertThat(facts(gone)).containsExactly("io.gantry.volume.created.v1", "io.gantry.volume.settled.v1", "io.gantry.volume.removed.v1");
    }

    @Test
    void whatWasMadeForItAloneGoesWithItThoughNobodyWaitsForThat() throws Exception {
        create("v-left", Mount.Volume.at(null, "/cache"));
        agent.close();
        var removal = http.sendAsync(request("DELETE", "containers/v-left?volumes=true", null), BodyHandlers.ofString());
        until(() -> json(send("GET", "containers/v-left", null, 200)).path("state").asText().equals("REMOVING"));
        removal.cancel(true);
        agent = PlayedAgent.dial(node.node(), link.number(), Path.of("target/test-pki"), node).obey().hello(0);
        until(() -> names(send("GET", "volumes", null, 200)).isEmpty());
    }

    @Test
    void aContainerHasTheVolumesOfAnotherAtTheSamePlaces() throws Exception {
        JsonNode lender = create("v-lender", Mount.Volume.at("v-lent", "/data"), Mount.Volume.at(null, "/cache"), new Mount.Bind("/srv", "/host", false, null));
        ContainerSpec spec = ContainerSpec.from(ImageRef.parse(IMAGE)).command(List.of("serve")).mounts(List.of(Mount.Volume.at("v-own", "/data"))).volumesFrom(List.of("v-lender:ro")).build();
        JsonNode made = json(send("POST", "containers", Json.write(new ContainerRequest("v-borrower", spec, false)), 201));
        assertThat(made.path("volumes").findValuesAsText("target")).containsExactlyInAnyOrder("/data", "/cache");
        String cache = lender.path("volumes").path(0).path("target").asText().equals("/cache") ? "/0" : "/1";
        JsonNode borrowed = made.path("volumes").path(made.path("volumes").path(0).path("target").asText().equals("/cache") ? 0 : 1);
        assertThat(borrowed.path("id")).isEqualTo(lender.at("/volumes" + cache + "/id"));
        assertThat(borrowed.path("readOnly").asBoolean()).isTrue();
        assertThat(made.path("spec").path("mounts").findValuesAsText("source")).contains("/srv", "v-own").doesNotContain("v-lent");
        send("DELETE", "containers/v-lender?volumes=true", null, 204);
        assertThat(json(send("GET", "volumes/" + borrowed.path("name").asText(), null, 200)).path("usedBy").get(0).asText()).isEqualTo("v-borrower");
        ContainerSpec nobodys = ContainerSpec.from(ImageRef.parse(IMAGE)).command(List.of("serve")).volumesFrom(List.of("v-lender")).build();
        assertThat(json(send("POST", "containers", Json.write(new ContainerRequest("v-none", nobodys, false)), 404)).path("detail").asText()).isEqualTo("there is no container 'v-lender'");
        send("DELETE", "containers/v-borrower?volumes=true", null, 204);
        send("GET", "volumes/" + borrowed.path("name").asText(), null, 404);
        send("DELETE", "volumes/v-own", null, 204);
        send("DELETE", "volumes/v-lent", null, 204);
    }

    /** Types of what was said of a volume, in order; the last is there. */
    private List<String> facts(String id) {
        List<TopicPartition> all = IntStream.range(0, Topics.FACT_PARTITIONS).mapToObj(i -> new TopicPartition(Topics.VOLUME, i)).toList();
        List<String> types = new ArrayList<>();
        try (var reader = kafka.reader()) {
            reader.assign(all);
            reader.seekToBeginning(all);
            Instant deadline = Instant.now().plusSeconds(15);
            while (!types.contains("io.gantry.volume.removed.v1") && Instant.now().isBefore(deadline)) {
                for (var record : reader.poll(Duration.ofMillis(200))) {
                    Fact fact = Fact.fromJson(record.value());
                    if (fact.subject().equals(id)) {
                        types.add(fact.type());
                    }
                }
            }
        }
        return types;
    }

    @Test
    void anotherVolumeOfTheSameNameIsAnotherVolume() throws Exception {
        String first = json(send("POST", "volumes", "{\"name\": \"v-again\"}", 201)).path("id").asText();
        send("DELETE", "volumes/v-again", null, 204);
        assertThat(json(send("POST", "volumes", "{\"name\": \"v-again\"}", 201)).path("id").asText()).isNotEqualTo(first);
        send("DELETE", "volumes/v-again", null, 204);
    }

    @Test
    void aVolumeCanBePutOnANodeAndIsNeverMoved() throws Exception {
        JsonNode put = json(send("POST", "volumes", "{\"name\": \"v-put\", \"nodeName\": \"n1\"}", 201));
        assertThat(put.path("node").path("id").asText()).isEqualTo(node.node().value());
        assertThat(json(send("POST", "volumes", "{\"name\": \"v-x\", \"nodeName\": \"nowhere\"}", 400)).path("field").asText()).isEqualTo("nodeName");
        assertThat(json(send("POST", "volumes", "{\"name\": \"../x\"}", 400)).path("field").asText()).isEqualTo("name");
        send("DELETE", "volumes/v-put", null, 204);
        assertThat(json(send("POST", "volumes", "{\"name\": \"v-sized\", \"size\": 5}", 400)).path("field").asText()).isEqualTo("size");
        JsonNode sized = json(send("POST", "volumes", "{\"name\": \"v-sized\", \"size\": 33554432, \"nodeName\": \"n1\"}", 201));
        assertThat(sized.path("size").asLong()).isEqualTo(32 << 20);
        assertThat(sized.has("limitedBy")).as("what its node alone knows, once it is made there").isFalse();
        String id = sized.path("id").asText();
        var record = agent.next(LinkMessage.Change.class, change -> change.record().key().id().equals(id), 15).record();
        assertThat(((Desired.Volume) record.body()).size()).isEqualTo(Bytes.mebi(32));
        assertThat(json(send("POST", "volumes", "{\"name\": \"v-sized\", \"size\": 67108864}", 409)).path("detail").asText()).isEqualTo("volume 'v-sized' is there and has the size 32 MiB");
        send("DELETE", "volumes/v-sized", null, 204);
    }

    @Test
    void pruningTakesWhatNobodyHasNamedAndEverythingUnusedIfAskedTo() throws Exception {
        create("v-keeps", Mount.Volume.at("v-kept", "/data"));
        create("v-leaves", Mount.Volume.at(null, "/cache"));
        send("DELETE", "containers/v-leaves", null, 204);
        send("POST", "volumes", "{\"name\": \"v-named\"}", 201);
        assertThat(json(send("GET", "volumes?unused=true", null, 200)).path("items")).hasSize(2);
        JsonNode gone = json(send("POST", "volumes/prune", null, 200)).path("items");
        assertThat(gone).hasSize(1);
        assertThat(gone.get(0).path("anonymous").asBoolean()).isTrue();
        assertThat(names(send("POST", "volumes/prune?all=true", null, 200))).containsExactly("v-named");
        assertThat(names(send("GET", "volumes", null, 200))).containsExactly("v-kept");
        send("DELETE", "containers/v-keeps", null, 204);
        send("DELETE", "volumes/v-kept", null, 204);
    }

    private static List<String> names(HttpResponse<String> answer) {
        List<String> names = new ArrayList<>();
        json(answer).path("items").forEach(volume -> names.add(volume.path("name").asText()));
        return names;
    }

    private JsonNode create(String name, Mount... mounts) throws Exception {
        ContainerSpec spec = Samples.spec(IMAGE).but().mounts(List.of(mounts)).build();
        return json(send("POST", "containers", Json.write(new ContainerRequest(name, spec, false)), 201));
    }

    private static void until(Callable<Boolean> so) throws Exception {
        Instant deadline = Instant.now().plusSeconds(30);
        while (!so.call()) {
            assertThat(Instant.now()).isBefore(deadline);
            Thread.sleep(20);
        }
    }

    private HttpResponse<String> send(String method, String path, String body, int status) throws Exception {
        HttpResponse<String> response = sent(method, path, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return response;
    }

    private HttpResponse<String> sent(String method, String path, String body) throws Exception {
        return http.send(request(method, path, body), BodyHandlers.ofString());
    }

    private HttpRequest request(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create(base + path))
                .header("Authorization", token.header())
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
    }

    private static JsonNode json(HttpResponse<String> response) {
        return Json.read(response.body(), JsonNode.class);
    }
}
