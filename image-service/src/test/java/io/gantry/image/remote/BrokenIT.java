package io.gantry.image.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.BreakingOff;
import io.gantry.image.fixture.BreakingOff.Ranges;
import io.gantry.image.fixture.DebianRegistry;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.ImagesOverRest;
import io.gantry.image.fixture.Installation;
import io.gantry.image.fixture.PlayedRegistry;
import io.gantry.image.fixture.SampleImage;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pulls from registries that break off, are busy, or want to know who the platform is. */
@QuarkusTest
class BrokenIT extends ImageServiceTest {
    private static final int SIZE = 300_000;
    /** Sent and not taken by us when a connection breaks. */
    private static final int ON_ITS_WAY = 64 << 10;
    @TempDir Path folder;
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
        Files.writeString(Installation.config(), "{}");
        assertThat(Installation.uploads()).as("nothing is left of what broke off").isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aDownloadGoesOnWhereItBrokeOff(long seed) throws Exception {
        SampleImage image = image(seed);
        BreakingOff breaking = new BreakingOff(seed, 7, Ranges.KEPT);
        played.has("shop/broken", "1", image).breaksOff(breaking);
        assertThat(pull("shop/broken:1").getLast().path("image").asText()).isEqualTo(image.id().value());
        assertThat(breaking.goneOn()).isGreaterThan(3);
        assertThat(breaking.mostTwice()).as("bytes that came twice: what was on its way").isLessThan(ON_ITS_WAY);
        assertThat(blob(image)).isEqualTo(image.layer());
    }

    @ParameterizedTest
    @ValueSource(strings = {"IGNORED", "WRONG", "LYING"})
    void aRegistryThatCannotGoOnIsAskedFromTheBeginning(String ranges) throws Exception {
        SampleImage image = image(ranges.hashCode());
        played.has("shop/anew", "1", image).breaksOff(new BreakingOff(6, 2, Ranges.valueOf(ranges)));
        assertThat(pull("shop/anew:1").getLast().path("image").asText()).isEqualTo(image.id().value());
        assertThat(blob(image)).isEqualTo(image.layer());
    }

    @Test
    void whoNeverGetsOnGivesUpAndLeavesNothing() throws Exception {
        SampleImage image = image(8);
        played.has("shop/never", "1", image).breaksOff(new BreakingOff(8, -1, Ranges.KEPT));
        assertThat(ImagesOverRest.error(pull("shop/never:1"))).startsWith("the registry " + played.host() + " doesn't answer: ");
        assertThat(played.asked.stream().filter(one -> one.contains("/blobs/" + BlobWriter.digestOf(image.layer())))).hasSize(5);
        assertThat(rest.get("images/" + played.host() + "/shop/never:1").statusCode()).isEqualTo(404);
    }

    @Test
    void aBusyRegistryIsAskedAgainWhenItSays() throws Exception {
        SampleImage image = image(9);
        String layer = "/v2/shop/busy/blobs/" + BlobWriter.digestOf(image.layer());
        played.has("shop/busy", "1", image).isBusy(layer, 429, "-", "1", "-");
        long begun = System.nanoTime();
        assertThat(pull("shop/busy:1").getLast().path("image").asText()).isEqualTo(image.id().value());
        assertThat((System.nanoTime() - begun) / 1_000_000).isGreaterThanOrEqualTo(1000);
        assertThat(played.asked.stream().filter(one -> one.contains(layer))).hasSize(4);
    }

    @Test
    void whoSaysMuchLaterIsNotWaitedFor() throws Exception {
        played.has("shop/later", "1", image(10)).isBusy("/v2/shop/later/manifests/1", 429, "3600", "3600");
        List<JsonNode> lines = pull("shop/later:1");
        assertThat(ImagesOverRest.error(lines)).contains("gives no more for now: slow down");
        assertThat(lines.getLast().toString()).contains("it says to try again after 3600 s");
        assertThat(played.asked).hasSize(1 + 1);
    }

    @Test
    void whoIsBusyForLongIsGivenUp() throws Exception {
        played.has("shop/down", "1", image(11)).isBusy("/v2/shop/down/manifests/1", 503, "-", "-", "-", "-", "-", "-");
        assertThat(ImagesOverRest.error(pull("shop/down:1"))).contains("failed at").contains("slow down");
        assertThat(played.asked.stream().filter(one -> one.contains("/manifests/"))).hasSize(5);
    }

    @Test
    void theFileThatDockerLoginWritesSaysWhoThePlatformIs() throws Exception {
        try (DebianRegistry debian = new DebianRegistry(folder)) {
            SampleImage image = image(12);
            registry.push("known/web", "1", image);
            String name = debian.host() + "/known/web:1";
            rest.post("tags", Map.of("source", "known/web:1", "target", name));
            rest.lines("pushes", Map.of("reference", name, "credentials", Map.of("username", DebianRegistry.USER, "password", DebianRegistry.PASSWORD)));
            Map<String, Object> nobody = Map.of("reference", debian.host() + "/known/web:1", "credentials", Map.of());
            assertThat(ImagesOverRest.error(rest.lines("pulls", nobody))).contains("doesn't give access");
            String auth = Base64.getEncoder().encodeToString((DebianRegistry.USER + ":" + DebianRegistry.PASSWORD).getBytes(StandardCharsets.UTF_8));
            Files.writeString(Installation.config(), "{\"auths\": {\"" + debian.host() + "\": {\"auth\": \"" + auth + "\"}}}");
            assertThat(rest.lines("pulls", nobody).getLast().path("image").asText()).isEqualTo(image.id().value());
            Files.writeString(Installation.config(), "{\"credHelpers\": {\"" + debian.host() + "\": \"secretservice\"}}");
            assertThat(ImagesOverRest.error(rest.lines("pulls", nobody))).contains("credHelpers leaves " + debian.host() + " to the program docker-credential-secretservice, which isn't run here");
            Files.writeString(Installation.config(), "{\"auths\": [");
            assertThat(ImagesOverRest.error(rest.lines("pulls", nobody))).contains("config.json: it is no JSON");
        }
    }

    private static SampleImage image(long seed) throws Exception {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        return SampleImage.of(Map.of("bytes", new String(bytes, StandardCharsets.ISO_8859_1)));
    }

    private List<JsonNode> pull(String name) throws Exception {
        return rest.lines("pulls", Map.of("reference", played.host() + "/" + name, "credentials", Map.of()));
    }

    private static byte[] blob(SampleImage image) throws Exception {
        String hex = BlobWriter.digestOf(image.layer()).hex();
        return Files.readAllBytes(Installation.data().resolve("blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex));
    }
}
