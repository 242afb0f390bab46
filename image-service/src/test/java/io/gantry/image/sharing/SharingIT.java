package io.gantry.image.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.RegistrySharing;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.BreakingOff;
import io.gantry.image.fixture.DebianRegistry;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.ImagesOverRest;
import io.gantry.image.fixture.Installation;
import io.gantry.image.fixture.PlayedRegistry;
import io.gantry.image.fixture.SampleImage;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes over real sockets, and what needn't, is what is counted. */
@QuarkusTest
class SharingIT extends ImageServiceTest {
    private static final Map<String, String> SOMEBODY = Map.of("username", DebianRegistry.USER, "password", DebianRegistry.PASSWORD);
    @TempDir Path folder;
    private ImagesOverRest rest;
    private RegistrySharing before;

    @BeforeEach
    void begin() throws Exception {
        rest = new ImagesOverRest(service, token.header());
        before = sharing();
    }

    @Test
    void whatIsMountedIsNotPushed() throws Exception {
        SampleImage image = image(1);
        registry.push("sharing/one", "1", image);
        assertThat(registry.send("POST", "/v2/sharing/two/blobs/uploads/?from=sharing/one&mount=" + BlobWriter.digestOf(image.layer())).statusCode()).isEqualTo(201);
        assertThat(registry.send("POST", "/v2/sharing/two/blobs/uploads/?from=sharing/none&mount=" + BlobWriter.digestOf(image.layer())).statusCode()).as("it isn't there").isEqualTo(202);
        assertThat(more(wire -> wire.pushed().value())).isEqualTo(image.layer().length + image.config().length);
        assertThat(more(wire -> wire.mounted().value())).isEqualTo(image.layer().length);
        assertThat(more(wire -> wire.saved().value())).isEqualTo(image.layer().length);
        RegistrySharing.Disk disk = sharing().disk();
        assertThat(disk.images()).isEqualTo(before.disk().images() + 1);
        assertThat(disk.saved().value()).isEqualTo(disk.referenced().value() - disk.stored().value());
    }

    @Test
    void aDownloadThatGoesOnBringsNoByteTwice() throws Exception {
        SampleImage image = image(2);
        BreakingOff breaking = new BreakingOff(2, 7, BreakingOff.Ranges.KEPT);
        try (PlayedRegistry played = new PlayedRegistry()) {
            played.has("shop/wire", "1", image).breaksOff(breaking);
            pull(played.host() + "/shop/wire:1", Map.of());
            assertThat(more(wire -> wire.pulled().value())).as("no byte is taken twice").isEqualTo(image.layer().length + image.config().length);
            assertThat(breaking.goneOn()).isPositive();
            assertThat(more(wire -> wire.resumed().value())).as("seven times what was here by then").isBetween(7L, 7L * image.layer().length);
            assertThat(more(wire -> wire.present().value())).isZero();
            pull(played.host() + "/shop/wire:1", Map.of());
            assertThat(more(wire -> wire.present().value())).isEqualTo(image.layer().length);
            assertThat(more(wire -> wire.pulled().value())).as("and nothing came").isEqualTo(image.layer().length + image.config().length);
        }
    }

    @Test
    void whatAMirrorHasIsNotPulledAgain() throws Exception {
        SampleImage image = image(3);
        try (PlayedRegistry played = new PlayedRegistry(Integer.parseInt(Installation.MIRRORED.split(":")[1]))) {
            played.has("shop/kept", "1", image);
            assertThat(registry.send("GET", "/v2/mirrored/shop/kept/manifests/1").statusCode()).isEqualTo(200);
            assertThat(more(wire -> wire.pulled().value())).isEqualTo(image.layer().length + image.config().length);
            assertThat(more(wire -> wire.cached().value())).as("it was pulled for whoever asked first").isZero();
            assertThat(registry.send("HEAD", "/v2/mirrored/shop/kept/manifests/1").statusCode()).isEqualTo(200);
            assertThat(registry.send("GET", "/v2/mirrored/shop/kept/manifests/1").statusCode()).isEqualTo(200);
            assertThat(more(wire -> wire.cached().value())).isEqualTo(image.layer().length);
            assertThat(more(wire -> wire.pulled().value())).isEqualTo(image.layer().length + image.config().length);
        }
    }

    @Test
    void whatAnotherRegistryHasIsNotSent() throws Exception {
        SampleImage image = image(4);
        registry.push("sharing/goes", "1", image);
        try (DebianRegistry debian = new DebianRegistry(folder)) {
            String name = debian.host() + "/shop/goes:1";
            rest.post("tags", Map.of("source", "sharing/goes:1", "target", name));
            rest.lines("pushes", Map.of("reference", name, "credentials", SOMEBODY));
            rest.lines("pushes", Map.of("reference", name, "credentials", SOMEBODY));
        }
        assertThat(more(wire -> wire.sent().value())).isEqualTo(image.layer().length + image.config().length);
        assertThat(more(wire -> wire.there().value())).isEqualTo(image.layer().length);
    }

    private void pull(String name, Map<String, String> credentials) throws Exception {
        assertThat(rest.lines("pulls", Map.of("reference", name, "credentials", credentials)).getLast().path("image").asText()).startsWith("sha256:");
    }

    private long more(Function<RegistrySharing.Wire, Long> figure) throws Exception {
        return figure.apply(sharing().wire()) - figure.apply(before.wire());
    }

    private RegistrySharing sharing() throws Exception {
        return Json.read(new String(rest.get("sharing").body(), StandardCharsets.UTF_8), RegistrySharing.class);
    }

    private static SampleImage image(long seed) throws Exception {
        byte[] noise = new byte[30_000];
        new Random(seed).nextBytes(noise);
        return SampleImage.of(Map.of("noise", Base64.getEncoder().encodeToString(noise)));
    }
}
