package io.gantry.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agroal.api.AgroalDataSource;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.build.stream.StepContainer;
import io.gantry.image.build.stream.StepContainers;
import io.gantry.image.content.BlobPaths;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.FakeAgent;
import io.gantry.image.fixture.Installation;
import io.gantry.image.fixture.SampleImage;
import io.gantry.kit.fixture.Tables;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Builds, with the test in the place of container-service and of the node's agent. */
@QuarkusTest
class BuildIT extends BuilderTest {
    @Inject StepContainers steps;
    @Inject @DataSource("image") AgroalDataSource jdbc;

    @ConfigProperty(name = "gantry.test.uses")
    String uses;

    @Test
    void aRunStepBecomesALayerAndItsOutputIsShown() throws Exception {
        registry.push("build/base", "1", SampleImage.of(Map.of("bin/", "", "bin/sh", "#!", "tmp/", "")));
        CompletableFuture<List<JsonNode>> build = build("tag=built/web:1&buildarg=WHO=you", Map.of(
                "Dockerfile", """
                        FROM build/base:1
                        ARG WHO
                        ENV MODE=test
                        WORKDIR /srv
                        RUN make me
                        COPY index.html .
                        CMD ["serve"]
                        """,
                "index.html", "<h1>hi</h1>"));
        BuildEvent.ContainerWanted wanted = wanted();
        assertThat(wanted.spec().command()).containsExactly("/bin/sh", "-c", "make me");
        assertThat(wanted.spec().entrypoint()).isEmpty();
        assertThat(wanted.spec().env()).isEqualTo(Map.of("WHO", "you"));
        assertThat(wanted.image().config().env()).containsEntry("MODE", "test").containsEntry("PATH", "/bin");
        assertThat(wanted.image().config().workingDir()).isEqualTo("/srv");
        assertThat(wanted.image().layers()).hasSize(2);
        byte[] changes = tar(Map.of("srv/made", "by run"));
        exit(wanted, 0, "2026-01-01T00:00:00.0Z stdout P hel\n2026-01-01T00:00:00.1Z stdout F lo\n", changes);
        List<JsonNode> events = build.get(30, TimeUnit.SECONDS);
        assertThat(events.getFirst().toString()).isEqualTo("{\"step\":1,\"total\":7,\"instruction\":\"FROM build/base:1\",\"stage\":\"0\",\"line\":1,\"build\":\"" + wanted.id() + "\"}");
        assertThat(text(events)).isEqualTo("hello\n");
        assertThat(events.stream().filter(e -> e.has("running"))).extracting(e -> e.path("running").asText()).containsExactly(wanted.container().value());
        JsonNode last = events.getLast();
        assertThat(last.path("tags").toString()).isEqualTo("[\"built/web:1\"]");
        builds.next(BuildEvent.ContainerUnwanted.class, each -> each.container().equals(wanted.container()));
        ImageEvent.Tagged tagged = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("built/web"));
        assertThat(tagged.image().id().value()).isEqualTo(last.path("image").asText());
        assertThat(tagged.image().layers()).hasSize(4);
        assertThat(tagged.image().layers().get(2).diffId()).isEqualTo(BlobWriter.digestOf(changes));
        assertThat(tagged.image().config().command()).containsExactly("serve");
        assertThat(names(tagged, 3)).containsExactly("FOLDER srv", "FILE srv/index.html");
        assertThat(Installation.data().resolve("builds")).isEmptyDirectory();
    }

    @Test
    void theSameBuildAgainComesFromTheCacheAndIsTheSameImage() throws Exception {
        registry.push("cache/base", "1", SampleImage.of(Map.of("cache", "base")));
        Map<String, String> context = Map.of("Dockerfile", "FROM cache/base:1\nRUN something\nCOPY a /a\n", "a", "1");
        CompletableFuture<List<JsonNode>> first = build("tag=cached/a:1", context);
        exit(wanted(), 0, "", tar(Map.of("x", "y")));
        String image = first.get(30, TimeUnit.SECONDS).getLast().path("image").asText();
        List<JsonNode> again = build("tag=cached/a:2", context).get(30, TimeUnit.SECONDS);
        assertThat(again.stream().filter(e -> e.has("cached"))).hasSize(2);
        assertThat(again.getLast().path("image").asText()).isEqualTo(image);
        List<JsonNode> changed = build("tag=cached/a:3", with(context, "a", "2")).get(30, TimeUnit.SECONDS);
        assertThat(changed.stream().filter(e -> e.has("cached"))).hasSize(1);
        CompletableFuture<List<JsonNode>> fresh = build("tag=cached/a:4&nocache=true", context);
        exit(wanted(), 0, "", tar(Map.of("x", "y")));
        assertThat(fresh.get(30, TimeUnit.SECONDS).stream().filter(e -> e.has("cached"))).isEmpty();
    }

    @Test
    void whatIsHereAlreadyIsNotWrittenAgainUnlessItsTagHasMovedOrAFileIsGone() throws Exception {
        Map<String, String> context = Map.of("Dockerfile", "FROM scratch\nCOPY a /a\n", "a", "still");
        Digest image = image(build("tag=still/a:1&tag=still/b:1", context));
        Path config = new BlobPaths(Installation.data()).blob(image);
        FileTime longAgo = FileTime.from(TIME);
        Files.setLastModifiedTime(config, longAgo);
        assertThat(image(build("tag=still/a:1&tag=still/b:1", context))).isEqualTo(image);
        assertThat(Files.getLastModifiedTime(config)).as("when it was written last").isEqualTo(longAgo);

        Digest other = image(build("tag=still/a:1", with(context, "a", "moved")));
        images.next(ImageEvent.Tagged.class, each -> each.reference().toString().equals("still/a:1") && each.image().id().equals(other));
        assertThat(image(build("tag=still/a:1&tag=still/b:1", context))).isEqualTo(image);
        images.next(ImageEvent.Tagged.class, each -> each.reference().toString().equals("still/a:1") && each.image().id().equals(image));

        Files.delete(config);
        assertThat(image(build("tag=still/a:1&tag=still/b:1", context))).isEqualTo(image);
        assertThat(config).exists();
    }

    private static Digest image(CompletableFuture<List<JsonNode>> build) throws Exception {
        return new Digest(build.get(30, TimeUnit.SECONDS).getLast().path("image").asText());
    }

    @Test
    void aFailedRunSaysExitCodeAndInstruction() throws Exception {
        CompletableFuture<List<JsonNode>> build = build("tag=failed/a:1", Map.of("Dockerfile", "FROM scratch\nRUN [\"/no\"]\n"));
        BuildEvent.ContainerWanted wanted = wanted();
        exit(wanted, 3, "2026-01-01T00:00:00.0Z stderr F no\n", new byte[0]);
        List<JsonNode> events = build.get(30, TimeUnit.SECONDS);
        assertThat(events.getLast().path("error").path("detail").asText()).isEqualTo("Dockerfile:2: RUN [\"/no\"]: ended with exit code 3");
        assertThat(events.getLast().path("failure").toString())
                .isEqualTo("{\"file\":\"Dockerfile\",\"line\":2,\"instruction\":\"RUN [\\\"/no\\\"]\",\"step\":2,\"exitCode\":3,\"output\":[\"no\"]}");
        assertThat(events.getLast().path("exitCode").asInt()).isEqualTo(3);
        assertThat(events.getLast().path("command").toString()).isEqualTo("[\"/no\"]");
        assertThat(text(events)).isEqualTo("no\n");
        builds.next(BuildEvent.ContainerUnwanted.class, each -> each.container().equals(wanted.container()));
        assertThat(builds.next(BuildEvent.Failed.class, each -> each.id().equals(wanted.id())).step()).isEqualTo(2);
        assertThat(registry.send("GET", "/v2/failed/a/manifests/1").statusCode()).isEqualTo(404);
    }

    @Test
    void aContainerThatCannotStartFailsTheBuildWithItsReason() throws Exception {
        CompletableFuture<List<JsonNode>> build = build("", Map.of("Dockerfile", "FROM scratch\nRUN [\"/none\"]\n"));
        BuildEvent.ContainerWanted wanted = wanted();
        builds.say(new ContainerEvent.Failed(
                wanted.container(), NODE, wanted.owner(), new Observed.Failure("exec", 2, "/none is not there", "is it in the image?")));
        JsonNode error = build.get(30, TimeUnit.SECONDS).getLast().path("error");
        assertThat(error.path("detail").asText()).endsWith("its container could not start: exec: /none is not there");
        assertThat(error.path("hint").asText()).isEqualTo("is it in the image?");
    }

    @Test
    void aBadDockerfileIsRefusedWithItsPlace() throws Exception {
        List<JsonNode> events = build("", Map.of("Dockerfile", "FROM scratch\nCOPPY a b\n")).get(30, TimeUnit.SECONDS);
        assertThat(events).hasSize(1);
        assertThat(events.getFirst().path("error").path("detail").asText())
                .isEqualTo("Dockerfile:2: COPPY a b: 'COPPY' is no instruction");
    }

    @Test
    void anUnknownBaseAMissingFileAndABadTagAreNamed() throws Exception {
        assertThat(error(build("", Map.of("Dockerfile", "FROM nobody/knows:1\n")))).contains("no image is called 'nobody/knows:1'");
        assertThat(error(build("", Map.of("Dockerfile", "FROM scratch\nCOPY gone /\n")))).contains("nothing is called 'gone'");
        assertThat(error(build("", Map.of("other", "")))).contains("the context has no file 'Dockerfile'");
        assertThat(error(build("tag=UPPER", Map.of("Dockerfile", "FROM scratch\n")))).contains("is not a repository name");
    }

    @Test
    void labelsThatAreAskedForAreAsIfTheDockerfileEndedWithThem() throws Exception {
        List<JsonNode> events = build("tag=labelled/a:1&label=team=blue&label=a=b", Map.of("Dockerfile", "FROM scratch\nLABEL team=red\nCOPY x /\n", "x", "")).get(30, TimeUnit.SECONDS);
        assertThat(events.get(events.size() - 3).toString()).isEqualTo("{\"step\":4,\"total\":4,\"instruction\":\"LABEL a=b team=blue\",\"stage\":\"0\",\"line\":3}");
        ImageEvent.Tagged tagged = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("labelled/a"));
        assertThat(tagged.image().config().labels()).isEqualTo(Map.of("team", "blue", "a", "b"));
    }

    @Test
    void aContextMayBePackedAndHasAnEnd() throws Exception {
        byte[] tar = tar(Map.of("Dockerfile", "FROM scratch\nCOPY x /\n", "x", "y"));
        for (String by : List.of("gzip", "bzip2", "xz")) {
            assertThat(send(packed(by, tar)).getLast().path("image").asText()).as(by).startsWith("sha256:");
        }
        byte[] half = Arrays.copyOf(packed("xz", tar), 100);
        assertThat(send(half).getLast().path("error").path("detail").asText()).startsWith("the context can't be read: what is packed is broken");
        byte[] bomb = packed("gzip", tar(Map.of("Dockerfile", "FROM scratch\n"), Map.of("zeros", new byte[40 << 20])));
        assertThat(send(bomb).getLast().path("error").path("detail").asText()).endsWith("the context has more than 32 MiB, which is the most that is taken");
        assertThat(Installation.data().resolve("builds")).isEmptyDirectory();
    }

    @Test
    void whatBuildsKeepIsForgotten() throws Exception {
        Map<String, String> context = Map.of("Dockerfile", "FROM scratch\nCOPY kept /\n", "kept", "1");
        build("", context).get(30, TimeUnit.SECONDS);
        assertThat(build("", context).get(30, TimeUnit.SECONDS).stream().filter(e -> e.has("cached"))).hasSize(1);
        assertThat(prune("?before=2000-01-01T00:00:00Z").path("items")).isEmpty();
        assertThat(prune("").path("items")).isNotEmpty();
        assertThat(build("", context).get(30, TimeUnit.SECONDS).stream().filter(e -> e.has("cached"))).isEmpty();
        assertThat(prune("?before=soon").path("detail").asText()).isEqualTo("'soon' is no moment");
    }

    @Test
    void cachesOfStepsAreForgottenAsLayersAreUnlessATimeIsGiven() throws Exception {
        Path volumes = Path.of(uses).resolve("container-service-volumes");
        Files.writeString(volumes, "{\"items\":[{\"id\":\"volume-01890000-0000-7000-8000-000000000001\",\"name\":\"build-cache-1\",\"project\":\"default\",\"labels\":{},\"anonymous\":false,\"usedBy\":[],\"createdAt\":\"2026-01-01T00:00:00Z\"}]}");
        try {
            assertThat(prune("?before=2000-01-01T00:00:00Z").path("items")).isEmpty();
            assertThat(prune("").path("items").toString()).endsWith("\"build-cache-1\"]");
            Map<String, String> context = Map.of("Dockerfile", "FROM scratch\nCOPY pruned /\n", "pruned", "1");
            build("", context).get(30, TimeUnit.SECONDS);
            Files.writeString(volumes, "");
            assertThat(prune("").path("detail").asText()).isEqualTo("nothing was forgotten: container-service doesn't remove the caches of steps: it answered with status 500");
            assertThat(build("", context).get(30, TimeUnit.SECONDS).stream().filter(e -> e.has("cached"))).hasSize(1);
        } finally {
            Files.delete(volumes);
        }
    }

    private JsonNode prune(String query) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/image-service/builds/prune" + query))
                .header("Authorization", token.header())
                .POST(BodyPublishers.noBody())
                .build();
        return Json.read(http.send(request, BodyHandlers.ofString()).body(), JsonNode.class);
    }

    private List<JsonNode> send(byte[] context) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/image-service/builds"))
                .header("Authorization", token.header())
                .POST(BodyPublishers.ofByteArray(context))
                .build();
        return http.send(request, BodyHandlers.ofString()).body().lines().map(line -> Json.read(line, JsonNode.class)).toList();
    }

    private static byte[] packed(String by, byte[] tar) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream packing = switch (by) {
            case "gzip" -> new GZIPOutputStream(out);
            case "bzip2" -> new BZip2CompressorOutputStream(out);
            default -> new XZOutputStream(out, new LZMA2Options(1));
        }) {
            packing.write(tar);
        }
        return out.toByteArray();
    }

    @Test
    void aClientThatGoesAwayCancelsItsBuild() throws Exception {
        try (HttpClient impatient = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var answer = impatient.sendAsync(request("", Map.of("Dockerfile", "FROM scratch\nRUN [\"/sleep\"]\n")), BodyHandlers.ofInputStream());
            BuildEvent.ContainerWanted wanted = wanted();
            answer.get(10, TimeUnit.SECONDS).body().close();
            impatient.shutdownNow();
            builds.next(BuildEvent.ContainerUnwanted.class, each -> each.container().equals(wanted.container()));
        }
        assertThat(Installation.data().resolve("uploads")).isEmptyDirectory();
    }

    @Test
    void anAgentThatIsNotTheNodeIsNotBelieved() throws Exception {
        agent.close();
        agent = new FakeAgent(Installation.pki(), "service");
        meetNode();
        CompletableFuture<List<JsonNode>> build = build("", Map.of("Dockerfile", "FROM scratch\nRUN [\"/other\"]\n"));
        exit(wanted(), 0, "", tar(Map.of("evil", "layer")));
        assertThat(error(build)).contains("that is no node but [gantry://service/control]").doesNotContain("unexpected");
    }

    @Test
    void aContainerBecomesAnImageOfWhatItChangedAndHowItWasRun() throws Exception {
        registry.push("commit/base", "1", SampleImage.of(Map.of("bin/sh", "#!")));
        ImageEvent.Tagged base = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("commit/base"));
        ContainerId container = new ContainerId(Ids.hex64(new Random()));
        byte[] changes = tar(Map.of("srv/made", "by hand"));
        agent.hold(container.value(), "", changes);
        String order = """
                {"container": "%s", "node": "%s", "manifest": "%s", "spec": {"image": "commit/base:1", "command": ["serve"], "env": {"MODE": "live"},
                 "labels": {"team": "blue", "io.gantry.docker.auto-remove": "true"}},
                 "request": {"tags": ["commit/made:2"], "changes": ["EXPOSE 80", "CMD [\\"serve\\", \\"-v\\"]", "ENV A=$MODE"], "comment": "by hand", "author": "me"}}
                """.formatted(container, NODE, base.image().manifest());
        JsonNode made = Json.read(commit(order, 201), JsonNode.class);
        assertThat(made.path("tags").toString()).isEqualTo("[\"commit/made:2\"]");
        ImageEvent.Tagged tagged = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("commit/made"));
        assertThat(tagged.image().id().value()).isEqualTo(made.path("image").asText());
        assertThat(tagged.image().layers()).hasSize(base.image().layers().size() + 1);
        assertThat(tagged.image().layers().getLast().diffId()).isEqualTo(BlobWriter.digestOf(changes));
        assertThat(tagged.image().config().command()).containsExactly("serve", "-v");
        assertThat(tagged.image().config().env()).containsEntry("MODE", "live").containsEntry("A", "live");
        assertThat(tagged.image().config().labels()).containsEntry("team", "blue").doesNotContainKey("io.gantry.docker.auto-remove");
        assertThat(tagged.image().config().exposedPorts()).containsExactly("80/tcp");

        assertThat(commit(order.replace("EXPOSE 80", "RUN make"), 400)).contains("changes[0]", "doesn't change how an image runs");
        assertThat(commit(order.replace("EXPOSE 80", "EXPOSE http"), 400)).contains("is not a port");
        String nameless = commit(order.replace("\"commit/made:2\"", "").replace("by hand", "nameless"), 201);
        ImageEvent.Stored stored = images.next(ImageEvent.Stored.class, each -> each.reference().repository().equals("untagged"));
        assertThat(Json.read(nameless, JsonNode.class).path("image").asText()).isEqualTo(stored.image().id().value());
    }

    private String commit(String order, int status) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(service.resolve("/image-service/commits"))
                        .header("Authorization", token.header())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(order))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return answer.body();
    }

    @Test
    void aStageGivesItsFilesToAnother() throws Exception {
        registry.push("stage/base", "1", SampleImage.of(Map.of("usr/", "", "usr/bin/", "", "bin", "-> usr/bin", "usr/bin/tool", "#!tool", "etc/passwd", "www:x:33:34::/:/bin/sh\n")));
        List<JsonNode> events = build("tag=stage/out:1", Map.of(
                        "Dockerfile", """
                                FROM stage/base:1 AS from
                                COPY lib/ /opt/
                                FROM stage/base:1
                                COPY --from=from --chown=www /opt/a /bin/
                                COPY --from=from /bin/tool /copied
                                ADD pack.tar /unpacked/
                                """,
                        "lib/a", "A", "lib/b", "B", "pack.tar", ""), Map.of("pack.tar", tar(Map.of("p/q", "r"))))
                .get(30, TimeUnit.SECONDS);
        assertThat(events.getLast().has("image")).as(events.toString()).isTrue();
        ImageEvent.Tagged tagged = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("stage/out"));
        assertThat(names(tagged, 1)).containsExactly("FOLDER usr", "FOLDER usr/bin", "FILE usr/bin/a");
        assertThat(entries(tagged, 1).getLast().uid()).isEqualTo(33);
        assertThat(entries(tagged, 1).getLast().gid()).isEqualTo(34);
        assertThat(names(tagged, 2)).containsExactly("FILE copied");
        assertThat(names(tagged, 3)).contains("FILE unpacked/p/q");
        assertThat(tagged.image().layers()).hasSize(4);
    }

    @Test
    void replayingEveryTopicFromTheStartChangesNothing() throws Exception {
        CompletableFuture<List<JsonNode>> before = build("tag=replayed/a:1", Map.of("Dockerfile", "FROM scratch\nRUN [\"/first\"]\n"));
        exit(wanted(), 0, "", tar(Map.of("x", "y")));
        before.get(30, TimeUnit.SECONDS);
        CompletableFuture<List<JsonNode>> underWay = build("tag=replayed/b:1", Map.of("Dockerfile", "FROM scratch\nRUN [\"/second\"]\n"));
        BuildEvent.ContainerWanted wanted = wanted();
        awaitToldWhole();
        Map<String, List<String>> content = content();
        Map<TopicPartition, Long> said = builds.ends(Topics.BUILD, Topics.IMAGE);
        builds.replay(Topics.CONTAINER, Topics.NODE);
        awaitHandled();
        assertThat(content()).isEqualTo(content);
        assertThat(builds.ends(Topics.BUILD, Topics.IMAGE)).as("nothing more was said").isEqualTo(said);
        exit(wanted, 0, "", tar(Map.of("x", "z")));
        assertThat(underWay.get(30, TimeUnit.SECONDS).getLast().path("tags").toString()).isEqualTo("[\"replayed/b:1\"]");
    }

    /** Each partition is in order: when a marker behind all that was said has been handled, so has that. */
    private void awaitHandled() throws Exception {
        List<StepContainer> containers = new ArrayList<>();
        List<String> nodes = new ArrayList<>();
        Random random = new Random();
        for (int partition = 0; partition < Topics.FACT_PARTITIONS; partition++) {
            ContainerId container = new ContainerId(Ids.hex64(random));
            containers.add(steps.await(container));
            builds.say(new ContainerEvent.Started(container, NODE, 1, Instant.now()), partition);
            NodeId node = new NodeId(Ids.of("node", Instant.now(), random));
            nodes.add(builds.say(new NodeEvent.Removed(node, "marker"), partition).id().toString());
        }
        for (StepContainer container : containers) {
            container.begun().get(30, TimeUnit.SECONDS);
        }
        Instant deadline = Instant.now().plusSeconds(30);
        while (!Tables.rows(jdbc, "select event_id::text from inbox").containsAll(nodes)) {
            assertThat(Instant.now()).as("the markers among the nodes' facts are handled").isBefore(deadline);
        }
    }

    /** What Kafka has leaves the outbox a little later. */
    private void awaitToldWhole() throws Exception {
        Instant deadline = Instant.now().plusSeconds(30);
        while (!Tables.rows(jdbc, "select cast(id as text) from outbox").isEmpty()) {
            assertThat(Instant.now()).as("the outbox is empty").isBefore(deadline);
        }
    }

    private Map<String, List<String>> content() {
        return Tables.content(
                jdbc, "manifest", "manifest_part", "tag", "repository_blob", "upload", "build", "build_container", "build_cache", "node", "outbox");
    }
}
