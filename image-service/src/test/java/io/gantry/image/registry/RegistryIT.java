package io.gantry.image.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.content.Sha512;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.ImagesOverRest;
import io.gantry.image.fixture.Installation;
import io.gantry.image.fixture.SampleImage;
import io.quarkus.test.junit.QuarkusTest;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The distribution API as clients use it: the real skopeo, and single requests. */
@QuarkusTest
class RegistryIT extends ImageServiceTest {
    @TempDir Path folder;

    @Test
    void skopeoPushesAndPullsAnImage() throws Exception {
        SampleImage image = SampleImage.of(Map.of("bin/sh", "#!", "etc/motd", "hello"));
        image.writeLayout(folder.resolve("in"), "1");
        String remote = "docker://127.0.0.1:" + edge.port() + "/skopeo/web:1";
        skopeo("copy", "--dest-tls-verify=false", "oci:" + folder.resolve("in") + ":1", remote);
        skopeo("copy", "--src-tls-verify=false", remote, "oci:" + folder.resolve("out") + ":1");
        assertThat(folder.resolve("out/blobs/sha256/" + image.digest().hex())).hasBinaryContent(image.manifest());
        assertThat(folder.resolve("out/blobs/sha256/" + BlobWriter.digestOf(image.layer()).hex())).hasBinaryContent(image.layer());
        String inspected = skopeo("inspect", "--tls-verify=false", remote);
        assertThat(Json.read(inspected, JsonNode.class).path("Digest").asText()).isEqualTo(image.digest().value());
    }

    @Test
    void skopeoPushesDockersOwnFormat() throws Exception {
        SampleImage image = SampleImage.of(Map.of("etc/docker", "format"));
        image.writeLayout(folder.resolve("in"), "1");
        String remote = "docker://127.0.0.1:" + edge.port() + "/skopeo/docker:1";
        skopeo("copy", "--format", "v2s2", "--dest-tls-verify=false", "oci:" + folder.resolve("in") + ":1", remote);
        var manifest = registry.send("GET", "/v2/skopeo/docker/manifests/1");
        assertThat(header(manifest, "Content-Type")).isEqualTo("application/vnd.docker.distribution.manifest.v2+json");
        assertThat(BlobWriter.digestOf(manifest.body()).value()).isEqualTo(header(manifest, "Docker-Content-Digest"));
    }

    @Test
    void anUploadIsGoneOnWithWhereItEnded() throws Exception {
        byte[] blob = random(300_000);
        String location = header(registry.send("POST", "/v2/chunks/one/blobs/uploads/"), "Location");
        assertThat(registry.send("PATCH", location, Arrays.copyOf(blob, 100_000), "Content-Range", "0-99999").statusCode()).isEqualTo(202);
        var wrong = registry.send("PATCH", location, Arrays.copyOfRange(blob, 150_000, 300_000), "Content-Range", "150000-299999");
        assertThat(wrong.statusCode()).isEqualTo(416);
        var status = registry.send("GET", location);
        assertThat(status.statusCode()).isEqualTo(204);
        assertThat(header(status, "Range")).isEqualTo("0-99999");
        assertThat(registry.send("PATCH", location, Arrays.copyOfRange(blob, 100_000, 300_000), "Content-Range", "100000-299999").statusCode())
                .isEqualTo(202);
        Digest digest = BlobWriter.digestOf(blob);
        var done = registry.send("PUT", location + "?digest=" + digest);
        assertThat(done.statusCode()).isEqualTo(201);
        assertThat(registry.send("GET", header(done, "Location")).body()).isEqualTo(blob);
        assertThat(registry.send("GET", location).statusCode()).isEqualTo(404);
    }

    @Test
    void aClientThatDiesInTheMiddleLeavesNoBlobAndCanGoOn() throws Exception {
        byte[] blob = random(2_000_000);
        Digest digest = BlobWriter.digestOf(blob);
        String location = header(registry.send("POST", "/v2/dying/client/blobs/uploads/"), "Location");
        try (Socket socket = new Socket("127.0.0.1", service.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("PUT /image-service" + location + "?digest=" + digest + " HTTP/1.1\r\nHost: x\r\nAuthorization: " + token.header()
                            + "\r\nContent-Length: 2000000\r\n\r\n").getBytes());
            out.write(blob, 0, 1_000_000);
            out.flush();
        }
        assertThat(registry.send("HEAD", "/v2/dying/client/blobs/" + digest).statusCode()).isEqualTo(404);
        assertThat(Installation.data().resolve("blobs/sha256").resolve(digest.hex().substring(0, 2)).resolve(digest.hex())).doesNotExist();
        HttpResponse<byte[]> status = registry.send("GET", location);
        while (status.statusCode() == 416) {
            status = registry.send("GET", location);
        }
        int here = Integer.parseInt(header(status, "Range").substring(2)) + 1;
        assertThat(here).isBetween(1, 1_000_000);
        byte[] rest = Arrays.copyOfRange(blob, here == 1 ? 0 : here, blob.length);
        assertThat(registry.send("PUT", location + "?digest=" + digest, rest).statusCode()).isEqualTo(201);
        assertThat(registry.send("GET", "/v2/dying/client/blobs/" + digest).body()).isEqualTo(blob);
    }

    /** Nobody was told where one could go on with it. */
    @Test
    void aBlobInOneRequestThatBreaksOffLeavesNothing() throws Exception {
        Path uploads = Installation.data().resolve("uploads");
        long before = files(uploads);
        try (Socket socket = new Socket("127.0.0.1", service.getPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /image-service/v2/dying/once/blobs/uploads/?digest=" + BlobWriter.digestOf(new byte[0]) + " HTTP/1.1\r\nHost: x\r\nAuthorization: " + token.header()
                            + "\r\nContent-Length: 2000000\r\n\r\n").getBytes());
            out.write(random(1_000_000));
            out.flush();
            awaitFiles(uploads, before + 1);
        }
        awaitFiles(uploads, before);
    }

    private static void awaitFiles(Path folder, long count) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (files(folder) != count) {
            assertThat(System.nanoTime()).as("there are " + files(folder) + " files in " + folder + ", and not " + count).isLessThan(deadline);
            Thread.sleep(20);
        }
    }

    private static long files(Path folder) throws Exception {
        try (var all = Files.list(folder)) {
            return all.count();
        }
    }

    @Test
    void aWrongDigestIsRefusedAndLeavesNothing() throws Exception {
        Digest claimed = BlobWriter.digestOf(new byte[] {1});
        var response = registry.send("POST", "/v2/wrong/digest/blobs/uploads/?digest=" + claimed, new byte[] {2});
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(code(response)).isEqualTo("DIGEST_INVALID");
        assertThat(registry.send("HEAD", "/v2/wrong/digest/blobs/" + claimed).statusCode()).isEqualTo(404);
    }

    @Test
    void aPartOfABlobIsSent() throws Exception {
        registry.pushBlob("part/of", "0123456789".getBytes());
        String path = "/v2/part/of/blobs/" + BlobWriter.digestOf("0123456789".getBytes());
        var middle = registry.send("GET", path, "Range", "bytes=2-4");
        assertThat(middle.statusCode()).isEqualTo(206);
        assertThat(middle.body()).asString().isEqualTo("234");
        assertThat(header(middle, "Content-Range")).isEqualTo("bytes 2-4/10");
        assertThat(registry.send("GET", path, "Range", "bytes=-3").body()).asString().isEqualTo("789");
        assertThat(registry.send("GET", path, "Range", "bytes=10-").statusCode()).isEqualTo(416);
        assertThat(header(registry.send("HEAD", path), "Content-Length")).isEqualTo("10");
    }

    @Test
    void aBlobIsMountedFromAnotherRepositoryAndOtherwiseNotSeenThere() throws Exception {
        byte[] blob = random(1000);
        Digest digest = BlobWriter.digestOf(blob);
        registry.pushBlob("mount/from", blob);
        assertThat(registry.send("HEAD", "/v2/mount/to/blobs/" + digest).statusCode()).isEqualTo(404);
        assertThat(registry.send("POST", "/v2/mount/to/blobs/uploads/?mount=" + digest + "&from=mount/nowhere").statusCode()).isEqualTo(202);
        assertThat(registry.send("POST", "/v2/mount/to/blobs/uploads/?mount=" + digest + "&from=mount/from").statusCode()).isEqualTo(201);
        assertThat(registry.send("GET", "/v2/mount/to/blobs/" + digest).body()).isEqualTo(blob);
    }

    @Test
    void manyClientsPushTheSameLayersAtOnce() throws Exception {
        byte[] shared = random(400_000);
        try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
            List<Callable<Void>> pushes = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                String repository = "parallel/number" + i % 4;
                pushes.add(() -> {
                    registry.pushBlob(repository, shared);
                    return null;
                });
            }
            for (var push : clients.invokeAll(pushes)) {
                push.get(30, TimeUnit.SECONDS);
            }
        }
        for (int i = 0; i < 4; i++) {
            assertThat(registry.send("GET", "/v2/parallel/number" + i + "/blobs/" + BlobWriter.digestOf(shared)).body()).isEqualTo(shared);
        }
    }

    @Test
    void aManifestNeedsItsBlobs() throws Exception {
        SampleImage image = SampleImage.of(Map.of("needs", "blobs"));
        registry.pushBlob("needs/blobs", image.config());
        var response = registry.pushManifest("needs/blobs", "1", image.manifest());
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(code(response)).isEqualTo("MANIFEST_BLOB_UNKNOWN");
        assertThat(new String(response.body())).contains(BlobWriter.digestOf(image.layer()).value());
        assertThat(registry.send("GET", "/v2/needs/blobs/manifests/1").statusCode()).isEqualTo(404);
    }

    @Test
    void anIndexPointsToTheImageOfOurPlatform() throws Exception {
        SampleImage ours = SampleImage.of(Map.of("arch", "amd64"));
        SampleImage other = SampleImage.of(Map.of("arch", "arm64"));
        registry.push("multi/arch", "ours", ours);
        registry.push("multi/arch", "other", other);
        byte[] index = Json.write(Map.of(
                        "schemaVersion", 2,
                        "mediaType", "application/vnd.oci.image.index.v1+json",
                        "manifests", List.of(platform(other, "arm64"), platform(ours, "amd64"))))
                .getBytes();
        var put = registry.send("PUT", "/v2/multi/arch/manifests/all", index, "Content-Type", "application/vnd.oci.image.index.v1+json");
        assertThat(put.statusCode()).isEqualTo(201);
        var needed = registry.send("DELETE", "/v2/multi/arch/manifests/" + ours.digest());
        assertThat(needed.statusCode()).isEqualTo(405);
        assertThat(new String(needed.body())).contains("is needed by multi/arch@" + BlobWriter.digestOf(index));
        assertThat(registry.send("DELETE", "/v2/multi/arch/manifests/" + BlobWriter.digestOf(index)).statusCode()).isEqualTo(202);
        assertThat(registry.send("DELETE", "/v2/multi/arch/manifests/" + ours.digest()).statusCode()).isEqualTo(202);
        assertThat(registry.send("GET", "/v2/multi/arch/manifests/other").body()).isEqualTo(other.manifest());
    }

    @Test
    void listsTagsInPages() throws Exception {
        SampleImage image = SampleImage.of(Map.of("tags", "many"));
        for (String tag : List.of("b", "a", "d", "c")) {
            registry.push("many/tags", tag, image);
        }
        var first = registry.send("GET", "/v2/many/tags/tags/list?n=3");
        assertThat(new String(first.body())).isEqualTo("{\"name\":\"many/tags\",\"tags\":[\"a\",\"b\",\"c\"]}");
        assertThat(header(first, "Link")).isEqualTo("</v2/many/tags/tags/list?n=3&last=c>; rel=\"next\"");
        assertThat(new String(registry.send("GET", "/v2/many/tags/tags/list?n=3&last=c").body())).contains("[\"d\"]");
        assertThat(registry.send("DELETE", "/v2/many/tags/manifests/d").statusCode()).isEqualTo(202);
        assertThat(registry.send("GET", "/v2/many/tags/manifests/d").statusCode()).isEqualTo(404);
        assertThat(registry.send("GET", "/v2/many/tags/manifests/a").statusCode()).isEqualTo(200);
    }

    @Test
    void listsWhatRefersToAnImage() throws Exception {
        SampleImage image = SampleImage.of(Map.of("signed", "yes"));
        registry.push("signed/image", "1", image);
        byte[] empty = "{}".getBytes();
        registry.pushBlob("signed/image", empty);
        byte[] signature = Json.write(Map.of(
                        "schemaVersion", 2,
                        "mediaType", "application/vnd.oci.image.manifest.v1+json",
                        "artifactType", "application/vnd.example.signature",
                        "config", SampleImage.descriptor("application/vnd.oci.empty.v1+json", empty),
                        "layers", List.of(),
                        "annotations", Map.of("by", "us"),
                        "subject", SampleImage.descriptor("application/vnd.oci.image.manifest.v1+json", image.manifest())))
                .getBytes();
        var put = registry.pushManifest("signed/image", BlobWriter.digestOf(signature).value(), signature);
        assertThat(header(put, "OCI-Subject")).isEqualTo(image.digest().value());
        JsonNode list = Json.read(new String(registry.send("GET", "/v2/signed/image/referrers/" + image.digest()).body()), JsonNode.class);
        assertThat(list.path("manifests")).hasSize(1);
        assertThat(list.path("manifests").get(0).path("annotations").path("by").asText()).isEqualTo("us");
        var filtered = registry.send("GET", "/v2/signed/image/referrers/" + image.digest() + "?artifactType=other");
        assertThat(header(filtered, "OCI-Filters-Applied")).isEqualTo("artifactType");
        assertThat(new String(filtered.body())).contains("\"manifests\":[]");
    }

    @Test
    void aBlobThatAManifestNeedsStays() throws Exception {
        SampleImage image = SampleImage.of(Map.of("kept", "blob"));
        registry.push("kept/blob", "1", image);
        String path = "/v2/kept/blob/blobs/" + BlobWriter.digestOf(image.layer());
        assertThat(registry.send("DELETE", path).statusCode()).isEqualTo(405);
        assertThat(registry.send("GET", path).body()).isEqualTo(image.layer());
    }

    @Test
    void whatNamesItsPartsBySha512IsKeptAndIsNoImageToRun() throws Exception {
        SampleImage image = SampleImage.of(Map.of("by", "sha512"));
        registry.push("by/sha512", "plain", image);
        assertThat(registry.send("POST", "/v2/by/sha512/blobs/uploads/?digest=" + Sha512.of(image.layer()), image.layer()).statusCode()).isEqualTo(201);
        byte[] manifest = new String(image.manifest()).replace(BlobWriter.digestOf(image.layer()).value(), Sha512.of(image.layer()).value()).getBytes();
        assertThat(registry.send("PUT", "/v2/by/sha512/manifests/named", manifest).statusCode()).isEqualTo(201);
        assertThat(registry.send("GET", "/v2/by/sha512/manifests/named").body()).isEqualTo(manifest);
        ImagesOverRest rest = new ImagesOverRest(service, token.header());
        assertThat(rest.get("images/by/sha512:plain").statusCode()).isEqualTo(200);
        assertThat(rest.get("images/by/sha512:named").statusCode()).isEqualTo(404);
    }

    @Test
    void whatCameWithoutALayerOfOthersIsAnImageOnceThatIsHere() throws Exception {
        SampleImage image = SampleImage.of(Map.of("by", "others"));
        byte[] manifest = new String(image.manifest()).replace(".image.layer.v1.tar", ".image.layer.nondistributable.v1.tar").getBytes();
        assertThat(manifest).isNotEqualTo(image.manifest());
        assertThat(registry.send("POST", "/v2/of/others/blobs/uploads/?digest=" + image.id(), image.config()).statusCode()).isEqualTo(201);
        assertThat(registry.send("PUT", "/v2/of/others/manifests/1", manifest).statusCode()).isEqualTo(201);
        ImagesOverRest rest = new ImagesOverRest(service, token.header());
        assertThat(rest.get("images/of/others:1").statusCode()).isEqualTo(404);
        assertThat(registry.send("POST", "/v2/of/others/blobs/uploads/?digest=" + BlobWriter.digestOf(image.layer()), image.layer()).statusCode()).isEqualTo(201);
        assertThat(registry.send("PUT", "/v2/of/others/manifests/1", manifest).statusCode()).isEqualTo(201);
        assertThat(rest.get("images/of/others:1").statusCode()).isEqualTo(200);
    }

    @Test
    void badNamesDigestsAndTagsAreNamed() throws Exception {
        assertThat(code(registry.send("POST", "/v2/Upper/case/blobs/uploads/"))).isEqualTo("NAME_INVALID");
        assertThat(code(registry.send("GET", "/v2/a/blobs/sha256:12"))).isEqualTo("DIGEST_INVALID");
        assertThat(code(registry.send("PUT", "/v2/a/manifests/.bad"))).isEqualTo("TAG_INVALID");
        assertThat(code(registry.send("GET", "/v2/nobody/tags/list"))).isEqualTo("NAME_UNKNOWN");
        assertThat(code(registry.send("PUT", "/v2/a/manifests/1", "[".getBytes()))).isEqualTo("MANIFEST_INVALID");
        assertThat(code(registry.send("PATCH", "/v2/a/blobs/uploads/00000000-0000-0000-0000-000000000000"))).isEqualTo("BLOB_UPLOAD_UNKNOWN");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "POST | /v2/a/tags/list | 405 | UNSUPPORTED",
        "DELETE | /v2/_catalog | 405 | UNSUPPORTED",
        "PATCH | /v2/ | 405 | UNSUPPORTED",
        "GET | /v2/a/tags/list?n=-1 | 400 | SIZE_INVALID",
        "POST | /v2/a/blobs/uploads/?mount=sha256:12&from=b | 400 | DIGEST_INVALID",
        "POST | /v2/a/blobs/uploads/?mount=sha256:0000000000000000000000000000000000000000000000000000000000000000&from=Not/Allowed | 400 | NAME_INVALID",
        "GET | /v2/a/referrers/latest | 400 | DIGEST_INVALID",
        "GET | /v2/a/nothing/of/it | 404 | NAME_UNKNOWN"
    })
    void whatMakesNoSenseIsRefusedWithTheSpecificationsCode(String method, String path, int status, String code) throws Exception {
        var response = registry.send(method, path);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(code(response)).isEqualTo(code);
    }

    @Test
    void aChunkOfAnotherLengthThanItSaysIsRefusedAndTheUploadGoesOn() throws Exception {
        byte[] blob = random(2000);
        String location = header(registry.send("POST", "/v2/chunks/length/blobs/uploads/"), "Location");
        var wrong = registry.send("PATCH", location, Arrays.copyOf(blob, 1000), "Content-Range", "0-1999");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(code(wrong)).isEqualTo("SIZE_INVALID");
        assertThat(registry.send("PATCH", location, blob, "Content-Range", "0-1999").statusCode()).isEqualTo(202);
        assertThat(registry.send("PUT", location + "?digest=" + BlobWriter.digestOf(blob)).statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "{\"config\": 5}", "{\"config\": {\"Env\": [\"A\\u0000=b\"]}, \"rootfs\": {\"diff_ids\": []}}"})
    void aConfigurationThatNoServiceCouldKeepIsRefused(String config) throws Exception {
        registry.pushBlob("odd/config", config.getBytes());
        String manifest = Json.write(Map.of(
                "schemaVersion", 2,
                "mediaType", "application/vnd.oci.image.manifest.v1+json",
                "config", SampleImage.descriptor("application/vnd.oci.image.config.v1+json", config.getBytes()),
                "layers", List.of()));
        assertThat(code(registry.pushManifest("odd/config", "1", manifest.getBytes()))).isEqualTo("MANIFEST_INVALID");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "%s}}", "%s{}", "%sx", "NUL", "1e1", "10.0", "-10", "99999999999999999999"})
    void aManifestThatOthersCouldNotReadOrNobodyKeepIsRefused(String what) throws Exception {
        byte[] config = "{\"a\": 100}".getBytes();
        registry.pushBlob("odd/manifest", config);
        String good = Json.write(Map.of(
                "schemaVersion", 2,
                "mediaType", "application/vnd.oci.image.manifest.v1+json",
                "artifactType", "application/x",
                "config", SampleImage.descriptor("application/x", config),
                "layers", List.of()));
        assertThat(registry.pushManifest("odd/manifest", "1", good.getBytes()).statusCode()).isEqualTo(201);
        String bad = what.matches("-?[0-9].*") ? good.replace("\"size\":10", "\"size\":" + what) : what.equals("NUL") ? good.replace("application/x\"", "a\\u0000b\"") : what.formatted(good);
        assertThat(bad).isNotEqualTo(good);
        assertThat(code(registry.pushManifest("odd/manifest", "1", bad.getBytes()))).isEqualTo("MANIFEST_INVALID");
    }

    private static Map<String, Object> platform(SampleImage image, String architecture) {
        Map<String, Object> descriptor = new HashMap<>(SampleImage.descriptor("application/vnd.oci.image.manifest.v1+json", image.manifest()));
        descriptor.put("platform", Map.of("os", "linux", "architecture", architecture));
        return descriptor;
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private static String code(HttpResponse<byte[]> response) {
        return Json.read(new String(response.body()), JsonNode.class).path("errors").path(0).path("code").asText();
    }

    private static byte[] random(int size) {
        byte[] data = new byte[size];
        new Random(size).nextBytes(data);
        return data;
    }

    private String skopeo(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("skopeo", "--insecure-policy"));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(folder, "skopeo", ".log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        return Files.readString(output);
    }
}
