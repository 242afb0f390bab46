package io.gantry.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.envelope.Json;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.ImagesOverRest;
import io.gantry.image.fixture.SampleImage;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Registry clients within scopes, beside one without. */
@QuarkusTest
class ScopedRegistryIT extends ImageServiceTest {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private ImagesOverRest everybody;
    private ImagesOverRest mine;
    private ImagesOverRest theirs;

    @BeforeEach
    void begin() {
        everybody = new ImagesOverRest(service, token.header());
        mine = everybody.within("ci-17");
        theirs = everybody.within("team=red");
    }

    @Test
    void theyPushWhatBearsTheirLabelsAndNothingElse() throws Exception {
        SampleImage image = image(Map.of("io.gantry.scope", "ci-17"), "mine");
        blobs(mine, "scoped/web", image);
        assertThat(put(mine, "scoped/web", "1", image).statusCode()).isEqualTo(201);
        assertThat(put(mine, "scoped/web", "1", image).statusCode()).as("again").isEqualTo(201);
        for (Map<String, String> labels : List.of(Map.<String, String>of(), Map.of("io.gantry.scope", "other"))) {
            SampleImage other = image(labels, "other");
            blobs(mine, "scoped/web", other);
            assertDenied(put(mine, "scoped/web", "2", other), "build it with --label io.gantry.scope=ci-17");
        }
        SampleImage half = image(Map.of("team", "red"), "half");
        blobs(theirs, "scoped/half", half);
        assertDenied(put(theirs, "scoped/half", "1", half), "build it with --label io.gantry.scope=team=red --label team=red");
        SampleImage whole = image(Map.of("team", "red", "io.gantry.scope", "team=red"), "whole");
        blobs(theirs, "scoped/half", whole);
        assertThat(put(theirs, "scoped/half", "1", whole).statusCode()).isEqualTo(201);
    }

    @Test
    void noNameOfOthersComesToMeanTheirsAndNothingOfOthersIsDeleted() throws Exception {
        SampleImage all = image(Map.of(), "all");
        registry.push("scoped/named", "1", all);
        SampleImage image = image(Map.of("io.gantry.scope", "ci-17"), "named");
        blobs(mine, "scoped/named", image);
        assertDenied(put(mine, "scoped/named", "1", image), "scoped/named:1 stands for an image that was not made within the scope ci-17");
        assertThat(put(mine, "scoped/named", "mine", image).statusCode()).isEqualTo(201);
        assertDenied(mine.delete("v2/scoped/named/manifests/" + all.digest()), "was not made within the scope ci-17");
        assertDenied(mine.delete("v2/scoped/named/manifests/1"), "was not made within the scope ci-17");
        assertDenied(mine.delete("v2/scoped/named/blobs/" + BlobWriter.digestOf(all.layer())), "without a scope alone");
        assertThat(mine.delete("v2/scoped/named/manifests/mine").statusCode()).isEqualTo(202);
        assertThat(registry.send("GET", "/v2/scoped/named/manifests/1").body()).isEqualTo(all.manifest());
    }

    @Test
    void whatIsOfAnotherScopeIsNotThereAndTheRestIs() throws Exception {
        SampleImage secret = image(Map.of("team", "red", "io.gantry.scope", "team=red"), "secret");
        blobs(theirs, "scoped/both", secret);
        assertThat(put(theirs, "scoped/both", "secret", secret).statusCode()).isEqualTo(201);
        SampleImage open = image(Map.of(), "open");
        registry.push("scoped/open", "1", open);
        assertUnknown(mine.get("v2/scoped/both/manifests/secret"), "MANIFEST_UNKNOWN");
        assertUnknown(mine.get("v2/scoped/both/manifests/" + secret.digest()), "MANIFEST_UNKNOWN");
        assertThat(mine.send("HEAD", "v2/scoped/both/manifests/secret", BodyPublishers.noBody(), "text/plain").statusCode()).isEqualTo(404);
        assertUnknown(mine.delete("v2/scoped/both/manifests/" + secret.digest()), "MANIFEST_UNKNOWN");
        assertUnknown(mine.get("v2/scoped/both/referrers/" + secret.digest()), "MANIFEST_UNKNOWN");
        for (byte[] blob : List.of(secret.layer(), secret.config())) {
            String digest = BlobWriter.digestOf(blob).value();
            assertUnknown(mine.get("v2/scoped/both/blobs/" + digest), "BLOB_UNKNOWN");
            assertThat(mine.send("POST", "v2/scoped/mine/blobs/uploads/?mount=" + digest + "&from=scoped/both", BodyPublishers.noBody(), "text/plain").statusCode()).as("it must be sent").isEqualTo(202);
            assertThat(theirs.get("v2/scoped/both/blobs/" + digest).body()).isEqualTo(blob);
        }
        assertDenied(mine.get("v2/scoped/both/tags/list"), "the repository has images of other scopes than ci-17");
        assertDenied(mine.get("v2/_catalog"), "without a scope alone");
        assertThat(mine.get("v2/scoped/open/manifests/1").body()).isEqualTo(open.manifest());
        assertThat(mine.get("v2/scoped/open/blobs/" + BlobWriter.digestOf(open.layer())).body()).isEqualTo(open.layer());
        assertThat(new String(mine.get("v2/scoped/open/tags/list").body())).contains("\"1\"");
        assertThat(mine.send("POST", "v2/scoped/mine/blobs/uploads/?mount=" + BlobWriter.digestOf(open.layer()) + "&from=scoped/open", BodyPublishers.noBody(), "text/plain").statusCode()).isEqualTo(201);
        assertThat(mine.get("v2/").statusCode()).isEqualTo(200);
    }

    private static void blobs(ImagesOverRest client, String repository, SampleImage image) throws Exception {
        for (byte[] blob : List.of(image.layer(), image.config())) {
            String path = "v2/" + repository + "/blobs/uploads/?digest=" + BlobWriter.digestOf(blob);
            assertThat(client.send("POST", path, BodyPublishers.ofByteArray(blob), "application/octet-stream").statusCode()).isEqualTo(201);
        }
    }

    private static HttpResponse<byte[]> put(ImagesOverRest client, String repository, String tag, SampleImage image) throws Exception {
        return client.send("PUT", "v2/" + repository + "/manifests/" + tag, BodyPublishers.ofByteArray(image.manifest()), MANIFEST);
    }

    private static void assertDenied(HttpResponse<byte[]> answer, String why) {
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(new String(answer.body())).contains("\"code\":\"DENIED\"", why);
    }

    private static void assertUnknown(HttpResponse<byte[]> answer, String code) {
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(new String(answer.body())).contains("\"code\":\"" + code + "\"");
    }

    /** With these labels instead of the sample's. */
    private static SampleImage image(Map<String, String> labels, String content) throws Exception {
        SampleImage plain = SampleImage.of(Map.of("content", content));
        Map<String, Object> config = new HashMap<>(Json.mapper().readValue(plain.config(), Map.class));
        config.put("config", Map.of("Cmd", List.of("/bin/sh"), "Labels", labels));
        byte[] written = Json.write(config).getBytes(StandardCharsets.UTF_8);
        Map<String, Object> manifest = new HashMap<>(Json.mapper().readValue(plain.manifest(), Map.class));
        manifest.put("config", SampleImage.descriptor("application/vnd.oci.image.config.v1+json", written));
        return new SampleImage(plain.tar(), plain.layer(), written, Json.write(manifest).getBytes(StandardCharsets.UTF_8));
    }
}
