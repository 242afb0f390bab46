package io.gantry.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.ImagesOverRest;
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
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
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
        assertThat(error(build("platform=amd46", Map.of("Dockerfile", "FROM scratch\n")))).startsWith("'amd46' is no platform that images can be built for");
        assertThat(error(build("platform=windows/amd64", Map.of("Dockerfile", "FROM scratch\n")))).isEqualTo("'windows/amd64' is no platform that images can be built for: write for example linux/amd64 or linux/arm64");
    }

    @Test
    void whatIsForAnotherPlatformIsNotTakenForOurs() throws Exception {
        push("platforms/single", "arm64");
        String refusal = ": 'platforms/single:arm64' is here for linux/arm64, not for linux/amd64";
        assertThat(error(build("", Map.of("Dockerfile", "FROM platforms/single:arm64\n")))).endsWith(refusal);
        assertThat(error(build("", Map.of("Dockerfile", "FROM --platform=linux/amd64 platforms/single:arm64\n")))).endsWith(refusal);
        assertThat(error(build("", Map.of("Dockerfile", "FROM scratch\nCOPY --from=platforms/single:arm64 /arch /\n")))).endsWith(refusal);
        assertThat(built("platforms/on-single", "&platform=linux/arm64", "FROM platforms/single:arm64\n").image().architecture()).isEqualTo("arm64");
        registry.push("platforms/silent", "1", SampleImage.of(Map.of("arch", "")).on(""));
        assertThat(names(built("platforms/on-silent", "", "FROM platforms/silent:1\n"), 0)).as("one that says nothing is ours").containsExactly("FILE arch");
    }

    @Test
    void whatIsHereForOthersAloneIsNamedWithoutAPlatformToo() throws Exception {
        push("platforms/foreign", "arm64", "arm");
        String refusal = ": 'platforms/foreign:all' is there for linux/arm/v7, linux/arm64, not for linux/amd64";
        assertThat(error(build("", Map.of("Dockerfile", "FROM platforms/foreign:all\n")))).isEqualTo("Dockerfile:1: FROM platforms/foreign:all" + refusal);
        assertThat(error(build("", Map.of("Dockerfile", "FROM scratch\nCOPY --from=platforms/foreign:all /arch /\n")))).endsWith(refusal);
    }

    @Test
    void aVariantOfOursIsChosenAsAnyOther() throws Exception {
        push("platforms/variants", "amd64", "amd64/v3");
        ImageEvent.Tagged third = built("platforms/third", "", "FROM --platform=linux/amd64/v3 platforms/variants:all\n");
        assertThat(third.image().layers().getFirst().diffId()).isEqualTo(BlobWriter.digestOf(SampleImage.of(Map.of("arch", "amd64/v3")).tar()));
        ImageEvent.Tagged further = built("platforms/further", "&platform=linux/amd64/v3", "FROM platforms/third:1\nLABEL a=c\n");
        assertThat(further.image().layers()).as("what is built says it, though its configuration hadn't").isEqualTo(third.image().layers());
        assertThat(error(build("platform=linux/amd64/v4", Map.of("Dockerfile", "FROM platforms/variants:all\n")))).endsWith("'platforms/variants:all' is there for linux/amd64, linux/amd64/v3, not for linux/amd64/v4");
        assertThat(error(build("platform=linux/amd64/v3", Map.of("Dockerfile", "FROM platforms/variants:amd64\n")))).endsWith("'platforms/variants:amd64' is here for linux/amd64, not for linux/amd64/v3");
    }

    @Test
    void withinAScopeNobodyLearnsWhatOthersHaveForOtherPlatforms() throws Exception {
        ImagesOverRest everybody = new ImagesOverRest(service, token.header());
        String dockerfile = "FROM scratch\nCOPY Dockerfile /\n";
        everybody.within("team=red").lines("builds?tag=platforms/red:arm64&platform=linux/arm64", tar(Map.of("Dockerfile", dockerfile)));
        Map<String, Object> red = new HashMap<>(SampleImage.descriptor(MANIFEST, registry.send("GET", "/v2/platforms/red/manifests/arm64").body()));
        red.put("platform", Map.of("os", "linux", "architecture", "arm64"));
        Map<String, Object> attestation = new HashMap<>(push("platforms/red", "riscv64"));
        attestation.put("platform", Map.of("os", "unknown", "architecture", "unknown"));
        push("platforms/red", "all", List.of(red, push("platforms/red", "arm"), attestation));
        push("platforms/red", "only", List.of(red));
        assertThat(error(build("platform=linux/s390x", Map.of("Dockerfile", "FROM platforms/red:all\n")))).endsWith("'platforms/red:all' is there for linux/arm/v7, linux/arm64, not for linux/s390x");
        assertThat(refusal(everybody.within("ci-17"), "linux/s390x", "FROM platforms/red:all\n")).endsWith("'platforms/red:all' is there for linux/arm/v7, not for linux/s390x");
        assertThat(refusal(everybody.within("ci-17"), "linux/arm64", "FROM platforms/red:all\n")).endsWith("'platforms/red:all' is there for linux/arm/v7, not for linux/arm64");
        assertThat(refusal(everybody.within("ci-17"), "linux/s390x", "FROM platforms/red:only\n")).endsWith("no image is called 'platforms/red:only'");
        assertThat(refusal(everybody.within("team=red"), "linux/s390x", "FROM platforms/red:only\n")).endsWith("'platforms/red:only' is there for linux/arm64, not for linux/s390x");
    }

    @Test
    void whatIsOfNoUseInAScopeIsAskedForAsIfItWereNotHere() throws Exception {
        try (PlayedRegistry played = new PlayedRegistry()) {
            ImagesOverRest everybody = new ImagesOverRest(service, token.header());
            String name = played.host() + "/shop/red:1";
            everybody.within("team=red").lines("builds?tag=" + name + "&platform=linux/arm64", tar(Map.of("Dockerfile", "FROM scratch\nCOPY Dockerfile /\n")));
            assertThat(refusal(everybody.within("team=red"), "linux/s390x", "FROM " + name + "\n")).endsWith("'" + name + "' is here for linux/arm64, not for linux/s390x");
            for (String platform : List.of("linux/amd64", "linux/s390x")) {
                assertThat(refusal(everybody.within("ci-17"), platform, "FROM " + name + "\n")).as(platform).endsWith("the name " + name + " stands for an image that was not made within the scope ci-17");
            }
        }
    }

    private static String refusal(ImagesOverRest caller, String platform, String dockerfile) throws Exception {
        return ImagesOverRest.error(caller.lines("builds?platform=" + platform, tar(Map.of("Dockerfile", dockerfile))));
    }

    private void push(String repository, String... platforms) throws Exception {
        push(repository, "all", Stream.of(platforms).map(platform -> push(repository, platform)).toList());
    }

    private void push(String repository, String tag, List<Map<String, Object>> parts) throws Exception {
        assertThat(registry.send("PUT", "/v2/" + repository + "/manifests/" + tag, index(parts), "Content-Type", INDEX).statusCode()).isEqualTo(201);
    }

    /** @param platform {@code amd64/v3}; its configuration says nothing of the variant */
    private Map<String, Object> push(String repository, String platform) {
        try {
            SampleImage image = SampleImage.of(Map.of("arch", platform)).on(platform.split("/")[0]);
            registry.push(repository, platform.replace('/', '-'), image);
            return described(image, platform);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Object> described(SampleImage image, String platform) {
        String[] parts = (platform.equals("arm") ? "arm/v7" : platform).split("/");
        Map<String, Object> descriptor = new HashMap<>(SampleImage.descriptor(MANIFEST, image.manifest()));
        descriptor.put("platform", parts.length == 2 ? Map.of("os", "linux", "architecture", parts[0], "variant", parts[1]) : Map.of("os", "linux", "architecture", parts[0]));
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
