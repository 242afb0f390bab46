package io.gantry.image.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.Installation;
import io.gantry.image.fixture.PlayedRegistry;
import io.gantry.image.fixture.SampleImage;
import io.quarkus.test.junit.QuarkusTest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Another registry's images through ours: pulled when they are asked for, compared when they are old, sent as they were when nobody answers there. */
@QuarkusTest
class MirrorIT extends ImageServiceTest {
    private static final Duration OLD = Duration.ofMillis(600);
    private PlayedRegistry played;

    @BeforeEach
    void begin() throws Exception {
        played = new PlayedRegistry(Integer.parseInt(Installation.MIRRORED.split(":")[1]));
    }

    @AfterEach
    void end() {
        played.close();
    }

    @Test
    void whatIsNotHereIsPulledWhenItIsAskedFor() throws Exception {
        SampleImage image = SampleImage.of(Map.of("through", "us"));
        played.has("shop/through", "1", image);
        HttpResponse<byte[]> told = get("shop/through", "manifests/1");
        assertThat(told.statusCode()).isEqualTo(200);
        assertThat(told.body()).isEqualTo(image.manifest());
        assertThat(get("shop/through", "blobs/" + BlobWriter.digestOf(image.layer())).body()).isEqualTo(image.layer());
        int asked = played.asked.size();
        assertThat(get("shop/through", "manifests/1").body()).isEqualTo(image.manifest());
        assertThat(get("shop/through", "manifests/" + image.digest()).body()).isEqualTo(image.manifest());
        assertThat(played.asked).as("it is here, and young").hasSize(asked);
    }

    @Test
    void anOldTagIsComparedByItsDigestAndPulledIfItMeansSomethingElse() throws Exception {
        SampleImage image = SampleImage.of(Map.of("old", "tag"));
        played.has("shop/old", "1", image);
        assertThat(get("shop/old", "manifests/1").body()).isEqualTo(image.manifest());
        Thread.sleep(OLD);
        played.asked.clear();
        assertThat(get("shop/old", "manifests/1").body()).isEqualTo(image.manifest());
        assertThat(played.asked.stream().filter(one -> one.contains("/manifests/"))).hasSize(1).allMatch(one -> one.startsWith("HEAD "));
        SampleImage other = SampleImage.of(Map.of("new", "tag"));
        played.has("shop/old", "1", other);
        Thread.sleep(OLD);
        assertThat(get("shop/old", "manifests/1").body()).isEqualTo(other.manifest());
        assertThat(get("shop/old", "manifests/" + image.digest()).body()).as("what was here stays").isEqualTo(image.manifest());
    }

    @Test
    void whenNobodyAnswersThereItIsSentAsItWasAndSaidToBeOld() throws Exception {
        SampleImage image = SampleImage.of(Map.of("stale", "tag"));
        played.has("shop/stale", "1", image);
        assertThat(get("shop/stale", "manifests/1").headers().firstValue("Warning")).isEmpty();
        played.close();
        Thread.sleep(OLD);
        HttpResponse<byte[]> told = get("shop/stale", "manifests/1");
        assertThat(told.body()).isEqualTo(image.manifest());
        assertThat(told.headers().firstValue("Warning").orElseThrow()).startsWith("110 gantry \"the registry " + Installation.MIRRORED + " doesn't answer: ");
        HttpResponse<byte[]> unknown = get("shop/stale", "manifests/2");
        assertThat(unknown.statusCode()).isEqualTo(503);
        assertThat(new String(unknown.body())).contains("UNAVAILABLE", "doesn't answer");
    }

    @Test
    void aBusyRegistryCountsAsAway() throws Exception {
        SampleImage image = SampleImage.of(Map.of("busy", "tag"));
        played.has("shop/limited", "1", image);
        assertThat(get("shop/limited", "manifests/1").statusCode()).isEqualTo(200);
        Thread.sleep(OLD);
        played.isBusy("/v2/shop/limited/manifests/1", 429, "3600", "3600");
        HttpResponse<byte[]> told = get("shop/limited", "manifests/1");
        assertThat(told.body()).isEqualTo(image.manifest());
        assertThat(told.headers().firstValue("Warning").orElseThrow()).contains("gives no more for now");
    }

    @Test
    void whatIsGoneThereIsGoneHereAndWhatIsNotForUsIsDenied() throws Exception {
        HttpResponse<byte[]> missing = get("shop/missing", "manifests/1");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(new String(missing.body())).contains("MANIFEST_UNKNOWN");
        played.has("shop/closed", "1", SampleImage.of(Map.of("closed", "tag"))).wants("Basic realm=\"played\"", "Basic never");
        HttpResponse<byte[]> closed = get("shop/closed", "manifests/1");
        assertThat(closed.statusCode()).isEqualTo(403);
        assertThat(new String(closed.body())).contains("DENIED");
    }

    @Test
    void manyWhoAskForTheSameCauseOnePull() throws Exception {
        SampleImage image = SampleImage.of(Map.of("many", "ask"));
        played.has("shop/popular", "1", image);
        try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
            Callable<byte[]> one = () -> get("shop/popular", "manifests/1").body();
            for (var each : clients.invokeAll(List.of(one, one, one, one, one, one, one, one))) {
                assertThat(each.get()).isEqualTo(image.manifest());
            }
        }
        assertThat(played.asked.stream().filter(asked -> asked.contains("/blobs/" + BlobWriter.digestOf(image.layer())))).hasSize(1);
    }

    private HttpResponse<byte[]> get(String repository, String what) throws Exception {
        return registry.send("GET", "/v2/mirrored/" + repository + "/" + what);
    }
}
