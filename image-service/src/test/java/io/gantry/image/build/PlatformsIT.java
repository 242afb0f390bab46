package io.gantry.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.PlayedRegistry;
import io.gantry.image.fixture.SampleImage;
import io.quarkus.test.junit.QuarkusTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Images for others than nodes run: put together here, and run elsewhere. */
@QuarkusTest
class PlatformsIT extends BuilderTest {
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";

    @Test
    void filesOfAnotherPlatformAreTakenAndItsImagesGoneOnWith() throws Exception {
        push("platforms/base", "amd64", "arm64", "arm");
        ImageEvent.Tagged image = built("platforms/other", "", """
                FROM --platform=linux/arm64/v8 platforms/base:all AS arm
                WORKDIR /made
                FROM --platform=linux/arm platforms/base:all AS old
                FROM arm
                COPY --from=old /arch /made/old
                COPY --from=platforms/base:all /arch /made/ours
                """);
        assertThat(image.image().architecture()).isEqualTo("arm64");
        assertThat(names(image, 0)).as("the base image's").contains("FILE arch");
        assertThat(image.image().layers().get(0).diffId()).isEqualTo(BlobWriter.digestOf(SampleImage.of(Map.of("arch", "arm64")).tar()));
        assertThat(image.image().layers()).hasSize(4);
        assertThat(built("platforms/empty", "", "FROM --platform=linux/riscv64 scratch\nCOPY Dockerfile /\n").image().architecture()).isEqualTo("riscv64");
    }

    @Test
    void whatRunsIsOfTheNodesPlatformAndMakesWhatIsForAnother() throws Exception {
        push("platforms/cross", "amd64", "arm64");
        CompletableFuture<List<JsonNode>> build = build("tag=platforms/crossed:1&platform=linux/arm64", Map.of("Dockerfile", """
                ARG TARGETARCH
                FROM --platform=$BUILDPLATFORM platforms/cross:all AS tools
                ARG TARGETPLATFORM TARGETARCH BUILDARCH
                RUN ["/compile"]
                FROM platforms/cross:all
                COPY --from=tools /out /out
                LABEL for=$TARGETARCH
                """));
        BuildEvent.ContainerWanted wanted = wanted();
        assertThat(wanted.spec().env()).containsEntry("TARGETPLATFORM", "linux/arm64").containsEntry("TARGETARCH", "arm64").containsEntry("BUILDARCH", "amd64");
        assertThat(wanted.image().architecture()).isEqualTo("amd64");
        exit(wanted, 0, "", tar(Map.of("out", "machine code")));
        List<JsonNode> told = build.get(30, TimeUnit.SECONDS);
        assertThat(told.getLast().has("image")).as(told.toString()).isTrue();
        ImageEvent.Tagged image = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("platforms/crossed"));
        assertThat(image.image().architecture()).isEqualTo("arm64");
        assertThat(names(image, 1)).containsExactly("FILE out");
    }

    @Test
    void itIsFetchedFromTheRegistryThatTheNameSays() throws Exception {
        try (PlayedRegistry played = new PlayedRegistry()) {
            SampleImage ours = SampleImage.of(Map.of("fetched", "ours"));
            SampleImage other = SampleImage.of(Map.of("fetched", "other")).on("arm64");
            byte[] index = index(List.of(described(ours, "amd64"), described(other, "arm64")));
            played.has("shop/many", "ours", ours).has("shop/many", "other", other).has("/v2/shop/many/manifests/all", index, INDEX).has("/v2/shop/many/manifests/" + BlobWriter.digestOf(index), index, INDEX);
            ImageEvent.Tagged image = built("platforms/fetched", "", "FROM --platform=linux/arm64 " + played.host() + "/shop/many:all\nCOPY Dockerfile /\n");
            assertThat(image.image().architecture()).isEqualTo("arm64");
            assertThat(image.image().layers().getFirst().diffId()).isEqualTo(BlobWriter.digestOf(other.tar()));
        }
    }

    @Test
    void whatCannotBeHadOrRunIsNamed() throws Exception {
        push("platforms/some", "amd64", "arm64");
        assertThat(error(build("", Map.of("Dockerfile", "FROM --platform=linux/arm64 platforms/some:all\nCOPY Dockerfile /\nRUN [\"/x\"]\n"))))
                .isEqualTo("Dockerfile:3: RUN [\"/x\"]: nothing of linux/arm64 can be run: nodes run linux/amd64, and nothing is emulated");
        assertThat(error(build("platform=linux/s390x", Map.of("Dockerfile", "FROM platforms/some:all\n"))))
                .isEqualTo("Dockerfile:1: FROM platforms/some:all: 'platforms/some:all' is there for linux/amd64, linux/arm64, not for linux/s390x");
        assertThat(error(build("", Map.of("Dockerfile", "FROM --platform=linux/arm64 platforms/none:all\n")))).contains("no image is called 'platforms/none:all'");
        assertThat(error(build("platform=windows/amd64", Map.of("Dockerfile", "FROM scratch\n")))).isEqualTo("'windows/amd64' is no platform that images can be built for: write for example linux/amd64 or linux/arm64");
    }

    private void push(String repository, String... architectures) throws Exception {
        List<Map<String, Object>> parts = Stream.of(architectures).map(architecture -> push(repository, architecture)).toList();
        assertThat(registry.send("PUT", "/v2/" + repository + "/manifests/all", index(parts), "Content-Type", INDEX).statusCode()).isEqualTo(201);
    }

    private Map<String, Object> push(String repository, String architecture) {
        try {
            SampleImage image = SampleImage.of(Map.of("arch", architecture)).on(architecture);
            registry.push(repository, architecture, image);
            return described(image, architecture);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Object> described(SampleImage image, String architecture) {
        Map<String, Object> descriptor = new HashMap<>(SampleImage.descriptor("application/vnd.oci.image.manifest.v1+json", image.manifest()));
        descriptor.put("platform", architecture.equals("arm") ? Map.of("os", "linux", "architecture", "arm", "variant", "v7") : Map.of("os", "linux", "architecture", architecture));
        return descriptor;
    }

    private static byte[] index(List<Map<String, Object>> parts) {
        return Json.write(Map.of("schemaVersion", 2, "mediaType", INDEX, "manifests", parts)).getBytes();
    }

    private ImageEvent.Tagged built(String name, String query, String dockerfile) throws Exception {
        List<JsonNode> events = build("tag=" + name + ":1" + query, Map.of("Dockerfile", dockerfile)).get(30, TimeUnit.SECONDS);
        assertThat(events.getLast().has("image")).as(events.toString()).isTrue();
        return images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals(name));
    }
}
