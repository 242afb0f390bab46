package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ImageView;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An image whose newest manifest, {@code c…}, lies in one repository without a tag, and an earlier one, {@code d…}, where it is called web:1. */
class ImageNamesTest {
    private static final String WEB = "web@sha256:" + "d".repeat(64);
    private static final ImageView IMAGE = twice(Views.image('1', "2026-01-01T00:00:00Z", "35", "web:1"), "other@sha256:" + "c".repeat(64), WEB);

    private static ImageView twice(ImageView image, String... digests) {
        ResolvedImage own = image.image();
        ResolvedImage newest = new ResolvedImage(
                ImageRef.parse(digests[0]), new Digest("sha256:" + "c".repeat(64)), own.id(), own.config(), own.layers(), own.architecture(), own.size(), own.created());
        return new ImageView(newest, List.of(digests).stream().map(ImageRef::parse).toList(), image.tags(), image.history(), image.storedAt());
    }

    private static String long64(String name) {
        return name.replaceAll("([0-9a-f])\\.\\.", "$1".repeat(64));
    }

    @ParameterizedTest
    @CsvSource({"web:1, web:1", "docker.io/library/web:1, web:1", "web@sha256:d.., web@sha256:d..", "other@sha256:c.., other@sha256:c..", "sha256:1.., web@sha256:d..", "111111111111, web@sha256:d.."})
    void theRegistryHasItBy(String name, String stored) {
        Optional<ImageView> found = ImageNames.find(List.of(IMAGE), long64(name));
        assertThat(found).contains(IMAGE);
        assertThat(ImageNames.stored(found.orElseThrow(), long64(name))).isEqualTo(ImageRef.parse(long64(stored)));
    }

    @ParameterizedTest
    @CsvSource({"web:2", "web@sha256:c..", "other@sha256:d..", "other:latest", "sha256:2.."})
    void nothingIsCalled(String name) {
        assertThat(ImageNames.find(List.of(IMAGE), long64(name))).isEmpty();
    }

    @Test
    void onlyManifestsBesideATagAreItsDigests() {
        assertThat(ImageForms.inspect(IMAGE, 47).path("RepoDigests")).hasToString("[\"" + WEB + "\"]");
    }
}
