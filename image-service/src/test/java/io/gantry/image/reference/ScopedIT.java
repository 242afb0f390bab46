package io.gantry.image.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.contracts.view.ImageView;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.ImagesOverRest;
import io.gantry.image.fixture.PlayedRegistry;
import io.gantry.image.fixture.SampleImage;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody does to images who is let into one scope alone, beside somebody of another one. */
@QuarkusTest
class ScopedIT extends ImageServiceTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private ImagesOverRest everybody;
    private ImagesOverRest mine;
    private ImagesOverRest theirs;

    @BeforeEach
    void begin() throws Exception {
        everybody = new ImagesOverRest(service, token.header());
        mine = everybody.within("ci-17");
        theirs = everybody.within("team=red");
        registry.push("forall/base", "1", SampleImage.of(Map.of("bin/sh", "#!")));
    }

    @Test
    void whatTheyBuildBearsTheirLabelWhateverTheDockerfileSays() throws Exception {
        build(mine, "mine/web:1", "FROM forall/base:1\nLABEL io.gantry.scope=other");
        assertThat(labels("mine/web:1")).isEqualTo(Map.of("a", "b", "io.gantry.scope", "ci-17"));
        build(theirs, "theirs/web:1", "FROM forall/base:1");
        assertThat(labels("theirs/web:1")).isEqualTo(Map.of("a", "b", "io.gantry.scope", "team=red", "team", "red"));
        build(everybody, "all/web:1", "FROM forall/base:1");
        assertThat(labels("all/web:1")).isEqualTo(Map.of("a", "b"));
    }

    @Test
    void theyBuildOnWhatIsForAllOrTheirsAlone() throws Exception {
        build(theirs, "theirs/secret:1", "FROM forall/base:1\nENV KEY=red");
        assertThat(ImagesOverRest.error(tell(mine, "mine/on:1", "FROM theirs/secret:1"))).contains("no image is called 'theirs/secret:1'");
        assertThat(ImagesOverRest.error(tell(mine, "mine/on:1", "FROM forall/base:1\nCOPY --from=theirs/secret:1 / /"))).contains("no image is called 'theirs/secret:1'");
        build(theirs, "theirs/on:1", "FROM theirs/secret:1");
        build(everybody, "all/on:1", "FROM theirs/secret:1");
    }

    @Test
    void noNameOfOthersComesToMeanTheirs() throws Exception {
        build(theirs, "theirs/named:1", "FROM forall/base:1");
        SampleImage image = SampleImage.of(Map.of("an", "archive"));
        registry.push("named/web", "1", image);
        byte[] archive = everybody.get("archives?name=named/web:1").body();
        for (String name : List.of("theirs/named:1", "forall/base:1")) {
            String refusal = "the name " + name + " stands for an image that was not made within the scope ci-17";
            assertThat(ImagesOverRest.error(tell(mine, name, "FROM forall/base:1"))).isEqualTo(refusal);
            assertThat(ImagesOverRest.error(mine.lines("imports?tag=" + name, tar(Map.of("a", "b"))))).isEqualTo(refusal);
        }
        assertThat(ImagesOverRest.error(mine.lines("archives", archive))).isEqualTo("the name named/web:1 stands for an image that was not made within the scope ci-17");
        build(mine, "mine/named:1", "FROM forall/base:1");
        build(mine, "mine/named:1", "FROM forall/base:1\nENV A=1");
        assertThat(view("mine/named:1").image().config().env()).containsEntry("A", "1");
    }

    @Test
    void whatTheyLoadOrImportIsTheirsAndAnotherImageThanOthers() throws Exception {
        SampleImage image = SampleImage.of(Map.of("loaded", "twice"));
        registry.push("loaded/web", "1", image);
        byte[] archive = everybody.get("archives?name=loaded/web:1").body();
        byte[] unnamed = everybody.get("archives?name=" + image.id().hex()).body();
        everybody.delete("images/" + image.id());
        String first = mine.lines("archives", archive).getLast().path("image").asText();
        assertThat(first).isNotEqualTo(image.id().value());
        assertThat(labels("loaded/web:1")).isEqualTo(Map.of("a", "b", "io.gantry.scope", "ci-17"));
        assertThat(mine.lines("archives", archive).getLast().path("image").asText()).as("the same again").isEqualTo(first);
        String other = theirs.lines("archives", unnamed).getLast().path("image").asText();
        assertThat(other).isNotEqualTo(first);
        assertThat(labels(other)).isEqualTo(Map.of("a", "b", "io.gantry.scope", "team=red", "team", "red"));
        assertThat(view(other).image().layers()).isEqualTo(view(first).image().layers());
        mine.lines("imports?tag=mine/imported:1&change=LABEL%20io.gantry.scope=other", tar(Map.of("a", "b")));
        assertThat(labels("mine/imported:1")).isEqualTo(Map.of("io.gantry.scope", "ci-17"));
    }

    @Test
    void theySaveWhatTheyMayUse() throws Exception {
        build(theirs, "theirs/saved:1", "FROM forall/base:1");
        assertThat(mine.get("archives?name=theirs/saved:1").statusCode()).isEqualTo(404);
        assertThat(mine.get("archives?name=forall/base:1&name=" + view("theirs/saved:1").image().id()).statusCode()).isEqualTo(404);
        assertThat(mine.get("archives?name=forall/base:1").statusCode()).isEqualTo(200);
        assertThat(theirs.get("archives?name=theirs/saved:1").statusCode()).isEqualTo(200);
    }

    @Test
    void aPullIsForAllAndMovesNoNameThatIsNotTheirs() throws Exception {
        try (PlayedRegistry elsewhere = new PlayedRegistry()) {
            SampleImage first = SampleImage.of(Map.of("pulled", "first"));
            SampleImage second = SampleImage.of(Map.of("pulled", "second"));
            String name = elsewhere.host() + "/shop/web:1";
            elsewhere.has("shop/web", "1", first);
            assertThat(pull(mine, name).getLast().path("image").asText()).isEqualTo(first.id().value());
            assertThat(labels(name)).isEqualTo(Map.of("a", "b"));
            assertThat(pull(theirs, name).getLast().path("changed").asBoolean(true)).isFalse();
            elsewhere.has("shop/web", "1", second);
            assertThat(ImagesOverRest.error(pull(mine, name))).isEqualTo(
                    name + " means " + second.digest() + " there and " + first.digest() + " here, for all; who asks within the scope ci-17 doesn't change that");
            assertThat(view(name).image().id()).isEqualTo(first.id());
            pull(mine, elsewhere.host() + "/shop/web@" + second.digest());
            assertThat(pull(everybody, name).getLast().path("changed").asBoolean()).isTrue();
        }
    }

    @Test
    void nobodyPullsIntoOthersScopesNorSendsWhatIsNotTheirs() throws Exception {
        build(theirs, "theirs/pushed:1", "FROM forall/base:1");
        try (PlayedRegistry elsewhere = new PlayedRegistry()) {
            ImageView marked = view("theirs/pushed:1");
            String name = elsewhere.host() + "/red/web:1";
            serve(elsewhere, "red/web", marked);
            assertThat(ImagesOverRest.error(pull(mine, name))).isEqualTo("'" + name + "' was made within another scope than ci-17");
            assertThat(everybody.get("images/" + name).statusCode()).isEqualTo(404);
            assertThat(pull(theirs, name).getLast().path("image").asText()).isEqualTo(marked.image().id().value());
            assertThat(ImagesOverRest.error(mine.lines("pushes", Map.of("reference", name)))).isEqualTo("no image is called '" + name + "'");
            elsewhere.has("shop/base", "1", SampleImage.of(Map.of("for", "all")));
            pull(everybody, elsewhere.host() + "/shop/base:1");
            assertThat(ImagesOverRest.error(mine.lines("pushes", Map.of("reference", elsewhere.host() + "/shop/base:1"))))
                    .isEqualTo("the image " + elsewhere.host() + "/shop/base:1 was not made within the scope ci-17");
        }
    }

    /** What is in our own registry, at another one. */
    private void serve(PlayedRegistry elsewhere, String repository, ImageView image) throws Exception {
        String path = "/v2/theirs/pushed";
        byte[] manifest = registry.send("GET", path + "/manifests/" + image.image().manifest()).body();
        elsewhere.has("/v2/" + repository + "/manifests/1", manifest, "application/vnd.oci.image.manifest.v1+json");
        for (var part : Stream.concat(Stream.of(image.image().id()), image.image().layers().stream().map(layer -> layer.blob())).toList()) {
            elsewhere.has("/v2/" + repository + "/blobs/" + part, registry.send("GET", path + "/blobs/" + part).body(), "application/octet-stream");
        }
    }

    private static List<JsonNode> tell(ImagesOverRest who, String tag, String dockerfile) throws Exception {
        return who.lines("builds?tag=" + tag, tar(Map.of("Dockerfile", dockerfile)));
    }

    private static void build(ImagesOverRest who, String tag, String dockerfile) throws Exception {
        List<JsonNode> told = tell(who, tag, dockerfile);
        assertThat(told.getLast().has("image")).as(told.toString()).isTrue();
    }

    private static List<JsonNode> pull(ImagesOverRest who, String name) throws Exception {
        return who.lines("pulls", Map.of("reference", name));
    }

    private Map<String, String> labels(String reference) throws Exception {
        return view(reference).image().config().labels();
    }

    private ImageView view(String reference) throws Exception {
        return Json.read(new String(everybody.get("images/" + reference).body()), ImageView.class);
    }

    private static byte[] tar(Map<String, String> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(out)) {
            for (Map.Entry<String, String> each : files.entrySet()) {
                byte[] content = each.getValue().getBytes();
                tar.add(TarEntry.file(each.getKey(), 0644, 0, 0, content.length, TIME), new ByteArrayInputStream(content));
            }
        }
        return out.toByteArray();
    }
}
