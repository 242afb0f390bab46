package io.gantry.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.image.fixture.DebianRegistry;
import io.gantry.image.fixture.Installation;
import io.gantry.image.fixture.SampleImage;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What builds keep, by way of Debian's registry, for a service that has nothing any more. */
@QuarkusTest
class CarriedIT extends BuilderTest {
    private static final String LOGIN = "{\"username\":\"" + DebianRegistry.USER + "\",\"password\":\"" + DebianRegistry.PASSWORD + "\"}";
    private static final Map<String, String> CONTEXT = Map.of("Dockerfile", """
            FROM carried/base:1 AS made
            COPY in /in
            RUN --mount=source=tool,target=/tool ["/make"]
            FROM scratch
            WORKDIR /srv
            COPY --from=made /out /srv/
            RUN ["/finish"]
            """, "in", "1", "tool", "t");

    @TempDir Path folder;

    @Test
    void anEmptyServiceTakesAllStepsFromARegistryAndMakesTheSameImage() throws Exception {
        SampleImage base = SampleImage.of(Map.of("carried", "base"));
        registry.push("carried/base", "1", base);
        try (DebianRegistry debian = new DebianRegistry(folder)) {
            String there = debian.host() + "/cache/app:1";
            List<JsonNode> first = carriedOut("tag=carried/app:1&cacheto=" + there, debian);
            assertThat(text(first)).contains("kept 6 layers for other builds as " + there);
            ResolvedImage image = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("carried/app")).image();

            emptied(image);
            registry.push("carried/base", "1", base);
            assertThat(states(forecast("", debian))).as("nothing is known here").containsExactly("1 DONE", "2 RAN", "3 RAN", "4 DONE", "5 RAN", "6 RAN", "7 RAN");
            String from = "&cachefrom=" + there;
            assertThat(states(forecast(from, debian))).containsExactly("1 DONE", "2 CACHED", "3 CACHED", "4 DONE", "5 CACHED", "6 CACHED", "7 CACHED");
            List<JsonNode> again = carriedOut("tag=carried/app:2" + from, debian);
            assertThat(again.stream().filter(line -> line.has("cached"))).hasSize(5);
            assertThat(again.getLast().path("image").asText()).isEqualTo(image.id().value());
            assertThat(states(forecast("", debian))).as("who didn't name where it comes from doesn't get it").contains("2 RAN", "3 RAN", "7 RAN");
        }
    }

    @Test
    void whatCannotBeHadIsToldAndTheBuildGoesOn() throws Exception {
        registry.push("carried/plain", "1", SampleImage.of(Map.of("no", "cache")));
        List<JsonNode> lines = build("cachefrom=carried/plain:1&cachefrom=carried/nothing:1", Map.of("Dockerfile", "FROM scratch\nENV A=b\n")).get(30, TimeUnit.SECONDS);
        assertThat(text(lines)).contains(
                "what builds keep can't be had from carried/plain:1, it goes on without: it is no cache of builds\n",
                "what builds keep can't be had from carried/nothing:1, it goes on without: carried/nothing:1 is not in Gantry's registry");
        assertThat(lines.getLast().has("image")).isTrue();
    }

    @Test
    void whereNothingCanBeSentTheBuildFails() throws Exception {
        try (DebianRegistry debian = new DebianRegistry(folder)) {
            assertThat(error(build("tag=carried/unsent:1&cacheto=" + debian.host() + "/cache/app:1", Map.of("Dockerfile", "FROM scratch\nCOPY x /\n", "x", "")))).startsWith("the registry " + debian.host() + " doesn't give access to ");
        }
        assertThat(registry.send("GET", "/v2/carried/unsent/manifests/1").statusCode()).isEqualTo(404);
        assertThat(error(build("cacheto=a@sha256:" + "1".repeat(64), Map.of("Dockerfile", "FROM scratch\n")))).contains("has a digest");
    }

    @Test
    void aHeaderThatIsNoLoginsIsRefusedWithoutBeingRepeated() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(request("", Map.of("Dockerfile", "FROM scratch\n")), (_, _) -> true).header("X-Registry-Config", "c2VjcmV0").build();
        assertThat(http.send(request, BodyHandlers.ofString()).body()).contains("is not base64 of JSON").doesNotContain("c2VjcmV0");
    }

    private JsonNode forecast(String query, DebianRegistry debian) throws Exception {
        return carriedOut("explain=1" + query, debian).getLast().path("forecast");
    }

    private List<JsonNode> carriedOut(String query, DebianRegistry debian) throws Exception {
        String logins = Base64.getEncoder().encodeToString(("{\"" + debian.host() + "\":" + LOGIN + "}").getBytes());
        HttpRequest request = HttpRequest.newBuilder(request(query, CONTEXT), (_, _) -> true).header("X-Registry-Config", logins).build();
        CompletableFuture<List<JsonNode>> build = http.sendAsync(request, BodyHandlers.ofString()).thenApply(answer -> answer.body().lines().map(line -> Json.read(line, JsonNode.class)).toList());
        while (!build.isDone()) {
            Optional<BuildEvent.ContainerWanted> wanted = builds.soon(BuildEvent.ContainerWanted.class);
            if (wanted.isPresent()) {
                exit(wanted.get(), 0, "", tar(Map.of("out", "made", "by", wanted.get().spec().command().getFirst())));
            }
        }
        List<JsonNode> lines = build.get();
        assertThat(lines.getLast().has("error")).as(lines.getLast().toString()).isFalse();
        return lines;
    }

    /** No tag, no manifest, no blob and no key stays. */
    private void emptied(ResolvedImage image) throws Exception {
        for (JsonNode each : get("/images?limit=1000").path("items")) {
            ask("DELETE", "/images/" + each.path("image").path("id").asText());
        }
        HttpRequest prune = HttpRequest.newBuilder(service.resolve("/image-service/builds/prune")).header("Authorization", token.header()).POST(BodyPublishers.noBody()).build();
        assertThat(http.send(prune, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        for (int i = 0; i < 3; i++) {
            assertThat(ask("POST", "/images/gc?grace=PT0S&neverNamed=true").statusCode()).isEqualTo(200);
        }
        for (ResolvedImage.Layer layer : image.layers()) {
            assertThat(Files.exists(Installation.data().resolve("blobs/sha256").resolve(layer.blob().hex().substring(0, 2)).resolve(layer.blob().hex()))).as("layer " + layer.blob()).isFalse();
        }
    }
}
