package io.gantry.image.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageView;
import io.gantry.image.content.BlobPaths;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.DebianRegistry;
import io.gantry.image.fixture.FactLog;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.ImagesOverRest;
import io.gantry.image.fixture.Installation;
import io.gantry.image.fixture.PlayedRegistry;
import io.gantry.image.fixture.SampleImage;
import io.gantry.image.fixture.Skopeo;
import io.gantry.kit.stream.KafkaLink;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images from other registries and to them: Debian's, and one that gives tokens, sends on, and lies. */
@QuarkusTest
class RemoteIT extends ImageServiceTest {
    private static final Map<String, String> SOMEBODY = Map.of("username", DebianRegistry.USER, "password", DebianRegistry.PASSWORD);
    private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    @TempDir Path folder;
    @Inject KafkaLink kafka;
    private ImagesOverRest rest;
    private PlayedRegistry played;
    private List<Path> before;

    @BeforeEach
    void begin() throws Exception {
        rest = new ImagesOverRest(service, token.header());
        played = new PlayedRegistry();
        before = Installation.uploads();
    }

    @AfterEach
    void end() throws Exception {
        played.close();
        assertThat(Installation.uploads()).as("nothing is left of what broke off").isEqualTo(before);
    }

    @Test
    void anImageGoesToDebiansRegistryAndComesBack() throws Exception {
        try (DebianRegistry debian = new DebianRegistry(folder); FactLog facts = new FactLog(kafka, Topics.IMAGE)) {
            SampleImage image = SampleImage.of(Map.of("goes", "and comes"));
            registry.push("remote/web", "1", image);
            String name = debian.host() + "/shop/web:1";
            rest.post("tags", Map.of("source", "remote/web:1", "target", name));

            List<JsonNode> pushed = push(name, SOMEBODY);
            assertThat(pushed.getFirst().toString()).isEqualTo("{\"repository\":\"" + debian.host() + "/shop/web\",\"tag\":\"1\"}");
            assertThat(pushed.getLast().toString()).isEqualTo("{\"pushed\":\"1\",\"manifest\":\"" + image.digest() + "\",\"size\":" + image.manifest().length + "}");
            facts.next(ImageEvent.Pushed.class, e -> e.reference().toString().equals(name));
            String there = Skopeo.run("inspect", "--tls-verify=false", "--creds", DebianRegistry.USER + ":" + DebianRegistry.PASSWORD, "docker://" + name);
            assertThat(Json.read(there, JsonNode.class).path("Digest").asText()).isEqualTo(image.digest().value());
            assertThat(states(push(name, SOMEBODY))).containsExactly("PRESENT");

            rest.delete("images/" + image.id());
            List<JsonNode> pulled = pull(name, SOMEBODY);
            assertThat(pulled.getLast().toString())
                    .isEqualTo("{\"image\":\"" + image.id() + "\",\"manifest\":\"" + image.digest() + "\",\"reference\":\"" + name + "\",\"changed\":true}");
            assertThat(view(name).image().manifest()).isEqualTo(image.digest());
            facts.next(ImageEvent.Pulled.class, e -> e.reference().toString().equals(name));
            assertThat(pull(name, SOMEBODY).getLast().path("changed").asBoolean()).isFalse();

            assertThat(login(debian.host(), SOMEBODY)).isEqualTo(204);
            assertThat(login(debian.host(), Map.of("username", DebianRegistry.USER, "password", "wrong"))).isEqualTo(403);
            JsonNode meaning = Json.read(new String(rest.post("registries/look", Map.of("reference", name, "credentials", SOMEBODY)).body()), JsonNode.class);
            assertThat(meaning.path("digest").asText()).isEqualTo(image.digest().value());
            assertThat(ImagesOverRest.error(pull(name, Map.of()))).startsWith("the registry " + debian.host() + " doesn't give access to " + name);
            assertThat(ImagesOverRest.error(push(name, Map.of()))).startsWith("the registry " + debian.host() + " doesn't give access to ");
            assertThat(ImagesOverRest.error(pull(debian.host() + "/shop/web:none", SOMEBODY))).contains("doesn't have " + debian.host() + "/shop/web:none");
        }
    }

    @Test
    void anIndexGoesWithoutTheLayersThatMayNotBeDistributed() throws Exception {
        SampleImage image = SampleImage.of(Map.of("for", "all but one"));
        registry.push("remote/foreign", "1", image);
        byte[] foreign = """
                {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
                "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
                "layers":[{"mediaType":"application/vnd.oci.image.layer.nondistributable.v1.tar","digest":"sha256:%s","size":9,"urls":["https://example.com/layer"]}]}
                """.formatted(image.id(), image.config().length, "17".repeat(32)).getBytes();
        assertThat(registry.send("PUT", "/v2/remote/foreign/manifests/other", foreign).statusCode()).isEqualTo(201);
        byte[] index = """
                {"schemaVersion":2,"mediaType":"%s","manifests":[
                {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":%d,"platform":{"os":"linux","architecture":"amd64"}},
                {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s","size":%d,"platform":{"os":"windows","architecture":"amd64"}}]}
                """.formatted(OCI_INDEX, image.digest(), image.manifest().length, BlobWriter.digestOf(foreign), foreign.length).getBytes();
        assertThat(registry.send("PUT", "/v2/remote/foreign/manifests/both", index).statusCode()).isEqualTo(201);
        // our own, as another one
        String name = "127.0.0.1:" + edge.port() + "/elsewhere/foreign:both";
        assertThat(rest.post("tags", Map.of("source", "remote/foreign:both", "target", name)).statusCode()).isLessThan(300);
        assertThat(push(name, Map.of()).getLast().path("manifest").asText()).isEqualTo(BlobWriter.digestOf(index).value());
        assertThat(registry.send("GET", "/v2/elsewhere/foreign/manifests/both").body()).isEqualTo(index);
        assertThat(registry.send("GET", "/v2/elsewhere/foreign/manifests/" + BlobWriter.digestOf(foreign)).body()).isEqualTo(foreign);
    }

    @Test
    void aTokenIsAskedForWithWhatItIsFor() throws Exception {
        SampleImage image = SampleImage.of(Map.of("by", "token"));
        played.has("shop/token", "1", image)
                .has("/token", "{\"token\":\"one\"}".getBytes(), "application/json")
                .wants("Bearer realm=\"http://" + played.host() + "/token\",service=\"here\",scope=\"repository:shop/token:pull\"", "Bearer one");
        assertThat(pull(played.host() + "/shop/token:1", Map.of("username", "me", "password", "it")).getLast().path("image").asText()).isEqualTo(image.id().value());
        assertThat(played.asked).contains("GET /token?service=here&scope=repository%3Ashop%2Ftoken%3Apull Basic bWU6aXQ=");
        assertThat(played.asked).filteredOn(one -> one.startsWith("GET /token")).as("one token for all").hasSize(1);
    }

    @Test
    void whoWeAreIsNotToldWhereItSendsUs() throws Exception {
        SampleImage image = SampleImage.of(Map.of("sent", "on"));
        String layer = "/blobs/" + BlobWriter.digestOf(image.layer());
        try (PlayedRegistry store = new PlayedRegistry()) {
            store.has("/store" + layer, image.layer(), "application/octet-stream");
            played.has("shop/on", "1", image)
                    .wants("Basic realm=\"here\"", "Basic bWU6aXQ=")
                    .sendsOn("/v2/shop/on" + layer, "http://" + store.host() + "/store" + layer);
            assertThat(pull(played.host() + "/shop/on:1", Map.of("username", "me", "password", "it")).getLast().path("image").asText()).isEqualTo(image.id().value());
            assertThat(store.asked).containsExactly("GET /store" + layer);
        }
        SampleImage other = SampleImage.of(Map.of("sent", "away"));
        String away = "/v2/shop/away/blobs/" + BlobWriter.digestOf(other.layer());
        played.has("shop/away", "1", other).sendsOn(away, "http://registry.example/blob");
        assertThat(ImagesOverRest.error(pull(played.host() + "/shop/away:1", Map.of("username", "me", "password", "it")))).contains("it sends us to registry.example, where there is no TLS");
    }

    @Test
    void ofSeveralPlatformsOursIsPulledUnderTheIndexsDigest() throws Exception {
        SampleImage image = SampleImage.of(Map.of("for", "us"));
        byte[] index = index(image.digest(), image.manifest().length, "amd64");
        played.has("shop/many", "1", image).has("/v2/shop/many/manifests/many", index, OCI_INDEX).has("/v2/shop/many/manifests/" + BlobWriter.digestOf(index), index, OCI_INDEX);
        String name = played.host() + "/shop/many";
        assertThat(pull(name + ":many", Map.of()).getLast().path("manifest").asText()).isEqualTo(BlobWriter.digestOf(index).value());
        assertThat(view(name + ":many").image().id()).isEqualTo(image.id());
        assertThat(view(name + "@" + BlobWriter.digestOf(index)).image().id()).isEqualTo(image.id());
        assertThat(rest.get("archives?name=" + name + ":many").statusCode()).isEqualTo(200);
        played.has("/v2/shop/many/manifests/arm", index(image.digest(), image.manifest().length, "s390x"), OCI_INDEX);
        assertThat(ImagesOverRest.error(pull(name + ":arm", Map.of()))).contains("is there for linux/arm64, linux/s390x, not for linux/amd64");
    }

    @Test
    void whatHasNotChangedCostsOneQuestionAndWhatHasIsSeen() throws Exception {
        SampleImage image = SampleImage.of(Map.of("stays", "as it is"));
        byte[] index = index(image.digest(), image.manifest().length, "amd64");
        String path = "/v2/shop/still/manifests/";
        played.has("shop/still", "1", image).has(path + "many", index, OCI_INDEX);
        String name = played.host() + "/shop/still:many";
        pull(name, Map.of());
        try (FactLog facts = new FactLog(kafka, Topics.IMAGE)) {
            played.asked.clear();
            List<JsonNode> again = pull(name, Map.of());
            assertThat(played.asked).filteredOn(one -> !one.equals("GET /v2/")).containsExactly("GET " + path + "many");
            assertThat(states(again)).containsExactly("PRESENT");
            assertThat(again.getLast().toString())
                    .isEqualTo("{\"image\":\"" + image.id() + "\",\"manifest\":\"" + BlobWriter.digestOf(index) + "\",\"reference\":\"" + name + "\",\"changed\":false}");
            facts.next(ImageEvent.Pulled.class, e -> e.reference().toString().equals(name));
        }

        Files.delete(new BlobPaths(Installation.data()).blob(BlobWriter.digestOf(image.layer())));
        assertThat(states(pull(name, Map.of()))).as("what got lost comes again").containsExactly("MOVING", "DONE");

        SampleImage moved = SampleImage.of(Map.of("moves", "on"));
        played.has("shop/still", "2", moved).has(path + "many", index(moved.digest(), moved.manifest().length, "amd64"), OCI_INDEX);
        assertThat(pull(name, Map.of()).getLast().path("changed").asBoolean()).isTrue();
        assertThat(view(name).image().id()).isEqualTo(moved.id());
    }

    @Test
    void whatIsNotWhatItSaysIsRefused() throws Exception {
        SampleImage image = SampleImage.of(Map.of("lies", "1"));
        SampleImage other = SampleImage.of(Map.of("lies", "others"));
        String base = "/v2/shop/lies";
        String layer = base + "/blobs/" + BlobWriter.digestOf(image.layer());
        played.has("shop/lies", "1", image).has(layer, other.layer(), "application/octet-stream");
        String name = played.host() + "/shop/lies";
        assertThat(ImagesOverRest.error(pull(name + ":1", Map.of()))).containsAnyOf("the content's digest is " + BlobWriter.digestOf(other.layer()), "bytes of", "it has more than the");
        played.has(layer, java.util.Arrays.copyOf(image.layer(), 10), "application/octet-stream");
        assertThat(ImagesOverRest.error(pull(name + ":1", Map.of()))).contains("it sent 10 bytes of");
        played.has(layer, java.util.Arrays.copyOf(image.layer(), image.layer().length + 1), "application/octet-stream");
        assertThat(ImagesOverRest.error(pull(name + ":1", Map.of()))).contains("it has more than the " + image.layer().length + " bytes that its manifest says");
        played.has(base + "/manifests/" + image.digest(), other.manifest(), "application/vnd.oci.image.manifest.v1+json");
        assertThat(ImagesOverRest.error(pull(name + "@" + image.digest(), Map.of()))).contains("sent a manifest with the digest " + other.digest());
        played.has(base + "/manifests/old", "{\"schemaVersion\":1}".getBytes(), "application/vnd.docker.distribution.manifest.v1+json");
        assertThat(ImagesOverRest.error(pull(name + ":old", Map.of()))).contains("schemaVersion must be 2");
        assertThat(rest.get("images/" + name + ":1").statusCode()).isEqualTo(404);
    }

    @Test
    void nobodyIsAskedWithoutTlsWhoIsNotMeantToBe() throws Exception {
        assertThat(ImagesOverRest.error(pull("192.0.2.1.nowhere.invalid:5000/a:1", Map.of()))).startsWith("the registry 192.0.2.1.nowhere.invalid:5000 doesn't answer: ");
        assertThat(ImagesOverRest.error(pull("shop/unknown:1", Map.of()))).isEqualTo("shop/unknown:1 is not in Gantry's registry, and its name says no other");
        SampleImage image = SampleImage.of(Map.of("only", "here"));
        registry.push("only/here", "1", image);
        assertThat(pull("only/here:1", Map.of()).getLast().path("changed").asBoolean(true)).isFalse();
        assertThat(ImagesOverRest.error(push("only/here:1", Map.of()))).isEqualTo("only/here:1 names no other registry, and in Gantry's own it is already");
        assertThat(ImagesOverRest.error(push(played.host() + "/none:1", Map.of()))).contains("no image is called");
    }

    @Test
    void aBuildPullsTheImageItIsFrom() throws Exception {
        SampleImage image = SampleImage.of(Map.of("base", "elsewhere"));
        played.has("shop/base", "1", image);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] file = ("FROM " + played.host() + "/shop/base:1\nLABEL a=c\n").getBytes(StandardCharsets.UTF_8);
        try (TarWriter tar = new TarWriter(out)) {
            tar.add(TarEntry.file("Dockerfile", 0644, 0, 0, file.length, SampleImage.TIME), new ByteArrayInputStream(file));
        }
        List<JsonNode> first = rest.lines("builds?tag=pulled/base:1", out.toByteArray());
        assertThat(first.getLast().path("tags").toString()).as(first.toString()).isEqualTo("[\"pulled/base:1\"]");
        assertThat(first.toString()).contains("1: Pulling from shop/base").contains("Digest: " + image.digest());
        assertThat(rest.lines("builds", out.toByteArray()).toString()).doesNotContain("Pulling from");
        assertThat(rest.lines("builds?pull=true", out.toByteArray()).toString()).contains("Pulling from shop/base");
    }

    private List<JsonNode> pull(String name, Map<String, String> credentials) throws Exception {
        return rest.lines("pulls", Map.of("reference", name, "credentials", credentials));
    }

    private List<JsonNode> push(String name, Map<String, String> credentials) throws Exception {
        return rest.lines("pushes", Map.of("reference", name, "credentials", credentials));
    }

    private int login(String registry, Map<String, String> credentials) throws Exception {
        return rest.post("registries/login", Map.of("registry", registry, "credentials", credentials)).statusCode();
    }

    private ImageView view(String reference) throws Exception {
        return Json.read(new String(rest.get("images/" + reference).body()), ImageView.class);
    }

    private static List<String> states(List<JsonNode> lines) {
        return lines.stream().filter(line -> line.has("layer")).map(line -> line.path("state").asText()).toList();
    }

    private static byte[] index(Digest manifest, int size, String architecture) {
        Map<String, Object> ours = Map.of(
                "mediaType", "application/vnd.oci.image.manifest.v1+json", "digest", manifest.value(), "size", size,
                "platform", Map.of("os", "linux", "architecture", architecture));
        Map<String, Object> other = Map.of(
                "mediaType", "application/vnd.oci.image.manifest.v1+json", "digest", "sha256:" + "e".repeat(64), "size", 10,
                "platform", Map.of("os", "linux", "architecture", "arm64"));
        return Json.write(Map.of("schemaVersion", 2, "mediaType", OCI_INDEX, "manifests", List.of(other, ours))).getBytes(StandardCharsets.UTF_8);
    }
}
