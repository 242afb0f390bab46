package io.gantry.image.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ImageView;
import io.gantry.image.fixture.FactLog;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.SampleImage;
import io.gantry.kit.stream.KafkaLink;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Images as people see and name them, and the facts that others hear. */
@QuarkusTest
class ImagesIT extends ImageServiceTest {
    @Inject KafkaLink kafka;
    private FactLog facts;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void listen() {
        facts = new FactLog(kafka, Topics.IMAGE);
    }

    @AfterEach
    void end() {
        facts.close();
    }

    @Test
    void aPushIsToldStoredFirstThenTaggedWithWhatTheTagMeantBefore() throws Exception {
        SampleImage one = SampleImage.of(Map.of("n", "1"));
        SampleImage two = SampleImage.of(Map.of("n", "2"));
        registry.push("facts/web", "1", one);
        ImageEvent.Stored stored = facts.next(ImageEvent.Stored.class, e -> e.reference().repository().equals("facts/web"));
        assertThat(stored.reference()).isEqualTo(ImageRef.parse("facts/web@" + one.digest()));
        assertThat(stored.image().id()).isEqualTo(one.id());
        assertThat(stored.image().config().env()).isEqualTo(Map.of("PATH", "/bin"));
        assertThat(stored.image().layers().getFirst().diffId()).isEqualTo(io.gantry.image.content.BlobWriter.digestOf(one.tar()));
        assertThat(facts.next(ImageEvent.Tagged.class, e -> e.reference().equals(ImageRef.parse("facts/web:1"))).previous()).isNull();
        registry.push("facts/web", "1", one);
        registry.push("facts/web", "1", two);
        ImageEvent.Tagged moved = facts.next(ImageEvent.Tagged.class, e -> e.reference().equals(ImageRef.parse("facts/web:1")));
        assertThat(moved.previous()).isEqualTo(one.digest());
        assertThat(moved.image().manifest()).isEqualTo(two.digest());
    }

    @Test
    void anImageIsFoundByReferenceDigestAndId() throws Exception {
        SampleImage image = SampleImage.of(Map.of("found", "by"));
        registry.push("found/by", "1", image);
        for (String name : List.of("found/by:1", "found/by@" + image.digest(), image.id().value(), image.id().hex().substring(0, 12), image.digest().value())) {
            ImageView view = Json.read(get("/images/" + name).body(), ImageView.class);
            assertThat(view.image().id()).as(name).isEqualTo(image.id());
            assertThat(view.tags()).containsExactly(ImageRef.parse("found/by:1"));
            assertThat(view.history()).extracting(ImageView.History::createdBy).containsExactly("by hand");
        }
        assertThat(get("/images").body()).contains("found/by:1");
        HttpResponse<String> none = get("/images/found/by:2");
        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(none.body()).contains("image-not-found").contains("no image is called 'found/by:2'");
    }

    @Test
    void aTagInAnotherRepositoryMakesTheImageBeThereToo() throws Exception {
        SampleImage image = SampleImage.of(Map.of("tagged", "elsewhere"));
        registry.push("tag/source", "1", image);
        HttpResponse<String> tagged = post("/tags", "{\"source\":\"tag/source:1\",\"target\":\"tag/target:stable\"}");
        assertThat(tagged.statusCode()).isEqualTo(201);
        assertThat(Json.read(tagged.body(), ImageView.class).tags()).containsExactlyInAnyOrder(ImageRef.parse("tag/source:1"), ImageRef.parse("tag/target:stable"));
        assertThat(registry.send("GET", "/v2/tag/target/manifests/stable").body()).isEqualTo(image.manifest());
        assertThat(send("DELETE", "/images/tag/source@" + image.digest(), "").statusCode()).isEqualTo(204);
        assertThat(registry.send("GET", "/v2/tag/target/blobs/" + io.gantry.image.content.BlobWriter.digestOf(image.layer())).body()).isEqualTo(image.layer());
        assertThat(post("/tags", "{\"source\":\"nobody:1\",\"target\":\"x:1\"}").statusCode()).isEqualTo(404);
        assertThat(post("/tags", "{\"source\":\"nobody:1\",\"target\":\"x@" + image.digest() + "\"}").statusCode()).isEqualTo(400);
    }

    @Test
    void anImageThatLiesInTwoFormsIsToldByTheOneThatWasAskedFor() throws Exception {
        SampleImage image = SampleImage.of(Map.of("in two", "forms"));
        SampleImage repacked = image.repacked();
        registry.push("forms/first", "1", image);
        registry.push("forms/second", "1", repacked);
        assertThat(repacked.id()).isEqualTo(image.id());
        ImageRef first = ImageRef.parse("forms/first@" + image.digest());
        ImageRef second = ImageRef.parse("forms/second@" + repacked.digest());
        for (String name : List.of("forms/first:1", first.toString(), image.digest().value())) {
            ImageView view = Json.read(get("/images/" + name).body(), ImageView.class);
            assertThat(view.image().manifest()).as(name).isEqualTo(image.digest());
            assertThat(view.digests()).containsExactly(second, first);
            assertThat(view.tags()).containsExactly(ImageRef.parse("forms/second:1"), ImageRef.parse("forms/first:1"));
        }
        assertThat(Json.read(get("/images/forms/second:1").body(), ImageView.class).image().manifest()).isEqualTo(repacked.digest());
    }

    @Test
    void deletingATagKeepsTheImageAndDeletingTheImageTakesItsTags() throws Exception {
        SampleImage image = SampleImage.of(Map.of("deleted", "soon"));
        registry.push("delete/me", "1", image);
        registry.push("delete/me", "2", image);
        assertThat(send("DELETE", "/images/delete/me:1", "").statusCode()).isEqualTo(204);
        facts.next(ImageEvent.Untagged.class, e -> e.reference().equals(ImageRef.parse("delete/me:1")));
        assertThat(get("/images/delete/me:1").statusCode()).isEqualTo(404);
        assertThat(get("/images/delete/me:2").statusCode()).isEqualTo(200);
        assertThat(send("DELETE", "/images/" + image.id(), "").statusCode()).isEqualTo(204);
        facts.next(ImageEvent.Untagged.class, e -> e.reference().equals(ImageRef.parse("delete/me:2")));
        facts.next(ImageEvent.Deleted.class, e -> e.manifest().equals(image.digest()));
        assertThat(get("/images/" + image.id()).statusCode()).isEqualTo(404);
    }

    @Test
    void nobodyComesInWithoutTheServiceToken() throws Exception {
        for (String path : List.of("/v2/", "/images", "/builds")) {
            var response = http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).as(path).isEqualTo(401);
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, "");
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send("POST", path, body);
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Authorization", token.header())
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + service.getPort() + "/image-service" + path);
    }
}
