package io.gantry.image.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageView;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.FactLog;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.ImagesOverRest;
import io.gantry.image.fixture.Installation;
import io.gantry.image.fixture.SampleImage;
import io.gantry.image.fixture.Skopeo;
import io.gantry.kit.stream.KafkaLink;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images as one tar: both forms out and in, by skopeo and by hand; and tars that mean no good. */
@QuarkusTest
class ArchiveIT extends ImageServiceTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    @TempDir Path folder;
    @Inject KafkaLink kafka;
    private FactLog facts;
    private ImagesOverRest rest;

    @BeforeEach
    void listen() {
        facts = new FactLog(kafka, Topics.IMAGE);
        rest = new ImagesOverRest(service, token.header());
    }

    @AfterEach
    void end() {
        facts.close();
        if (Files.exists(Installation.data().resolve("loads"))) {
            assertThat(Installation.data().resolve("loads")).isEmptyDirectory();
        }
    }

    @Test
    void whatIsSavedHasBothFormsAndComesBackTheSame() throws Exception {
        SampleImage image = SampleImage.of(Map.of("saved", "once"));
        registry.push("save/web", "1", image);
        registry.push("save/web", "2", image);
        byte[] tar = rest.get("archives?name=save/web:1&name=save/web:2").body();
        assertThat(files(tar).keySet()).containsExactlyInAnyOrder(
                "oci-layout", "index.json", "manifest.json", blob(image.config()), blob(image.layer()), blob(image.manifest()));
        assertThat(rest.get("archives?name=save/web:1&name=save/web:2").body()).as("the same again").isEqualTo(tar);
        facts.next(ImageEvent.Saved.class, e -> e.manifest().equals(image.digest()));
        Path file = Files.write(folder.resolve("saved.tar"), tar);
        assertThat(Skopeo.run("inspect", "--config", "docker-archive:" + file + ":save/web:2")).contains("by hand");
        assertThat(Skopeo.run("inspect", "oci-archive:" + file + ":1")).contains(image.digest().value());

        rest.delete("images/" + image.id());
        assertThat(rest.get("images/save/web:1").statusCode()).isEqualTo(404);
        List<JsonNode> told = rest.lines("archives", tar);
        assertThat(told.getLast().toString()).isEqualTo("{\"image\":\"" + image.id() + "\",\"tags\":[\"save/web:1\",\"save/web:2\"]}");
        assertThat(view("save/web:2").image().manifest()).isEqualTo(image.digest());
        facts.next(ImageEvent.Loaded.class, e -> e.manifest().equals(image.digest()) && e.reference().toString().equals("save/web:2"));
    }

    @Test
    void aLargeImageIsSavedAsItIsRead() throws Exception {
        byte[] random = new byte[9_000_000];
        new java.util.Random(7).nextBytes(random);
        SampleImage image = SampleImage.ofTar(tar(Map.of("random", random)));
        registry.push("save/large", "1", image);
        assertThat(files(rest.get("archives?name=save/large:1").body()).get(blob(image.layer()))).isEqualTo(image.layer());
    }

    @Test
    void byItsIdItIsSavedWithoutANameAndComesBackByItsId() throws Exception {
        SampleImage image = SampleImage.of(Map.of("saved", "by id"));
        registry.push("save/id", "1", image);
        byte[] tar = rest.get("archives?name=" + image.id().hex().substring(0, 12)).body();
        assertThat(Json.read(new String(files(tar).get("manifest.json")), JsonNode.class).path(0).has("RepoTags")).isFalse();
        rest.delete("images/" + image.id());
        assertThat(rest.lines("archives", tar).getLast().toString()).isEqualTo("{\"image\":\"" + image.id() + "\",\"tags\":[]}");
        assertThat(rest.get("images/" + image.id()).statusCode()).isEqualTo(200);
        assertThat(rest.get("archives?name=nobody:1").statusCode()).isEqualTo(404);
        assertThat(rest.get("archives").statusCode()).isEqualTo(400);
    }

    @Test
    void whatSkopeoWritesIsLoaded() throws Exception {
        SampleImage image = SampleImage.of(Map.of("skopeo", "wrote"));
        image.writeLayout(folder.resolve("in"), "1");
        Skopeo.run("copy", "oci:" + folder.resolve("in") + ":1", "docker-archive:" + folder.resolve("docker.tar") + ":skopeo/docker:1");
        Skopeo.run("copy", "oci:" + folder.resolve("in") + ":1", "oci-archive:" + folder.resolve("oci.tar") + ":skopeo/oci:1");
        JsonNode docker = rest.lines("archives", Files.readAllBytes(folder.resolve("docker.tar"))).getLast();
        assertThat(docker.path("tags").toString()).isEqualTo("[\"skopeo/docker:1\"]");
        assertThat(view("skopeo/docker:1").image().layers().getFirst().diffId()).isEqualTo(BlobWriter.digestOf(image.tar()));
        assertThat(rest.lines("archives", packed(Files.readAllBytes(folder.resolve("oci.tar")))).getLast().toString())
                .isEqualTo("{\"image\":\"" + image.id() + "\",\"tags\":[\"skopeo/oci:1\"]}");
        assertThat(view("skopeo/oci:1").image().manifest()).isEqualTo(image.digest());
    }

    @Test
    void anArchiveOfOldHasItsLayersInFoldersAndLinks() throws Exception {
        SampleImage image = SampleImage.of(Map.of("old", "form"));
        String config = image.id().hex() + ".json";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(out)) {
            add(tar, config, image.config());
            tar.add(TarEntry.folder("aa", 0755, 0, 0, TIME));
            add(tar, "aa/layer.tar", image.tar());
            tar.add(TarEntry.link("bb/layer.tar", "../aa/layer.tar", 0, 0, TIME));
            add(tar, "manifest.json", ("[{\"Config\":\"" + config + "\",\"RepoTags\":[\"docker.io/library/old:1\"],\"Layers\":[\"bb/layer.tar\"]}]").getBytes());
        }
        assertThat(rest.lines("archives", out.toByteArray()).getLast().toString()).isEqualTo("{\"image\":\"" + image.id() + "\",\"tags\":[\"old:1\"]}");
        assertThat(view("old:1").image().layers().getFirst().diffId()).isEqualTo(BlobWriter.digestOf(image.tar()));
    }

    @Test
    void whatDoesNotHoldWhatItSaysIsRefusedAndLeavesNothing() throws Exception {
        SampleImage image = SampleImage.of(Map.of("refused", "whole"));
        registry.push("bad/web", "1", image);
        Map<String, byte[]> good = files(rest.get("archives?name=bad/web:1").body());
        rest.delete("images/" + image.id());
        SampleImage other = SampleImage.of(Map.of("refused", "other"));
        assertThat(load(with(good, blob(image.layer()), other.layer()))).contains("has other bytes than its name says");
        assertThat(load(with(good, blob(image.layer()), null))).contains("it lacks " + blob(image.layer()));
        assertThat(load(with(good, blob(image.manifest()), other.manifest()))).contains(blob(image.manifest())).contains("has other bytes than its name says");
        assertThat(load(with(with(good, "manifest.json", null), "index.json", null))).contains("holds no images");
        assertThat(load(with(good, "manifest.json", "[{\"Config\":\"x\",\"Layers\":[]}]".getBytes()))).contains("it lacks x");
        assertThat(load(with(good, "manifest.json", "not json".getBytes()))).contains("manifest.json in the archive is no JSON");
        String wrong = "[{\"Config\":\"c.json\",\"RepoTags\":[\"bad/web:1\"],\"Layers\":[\"l.tar\"]}]";
        assertThat(load(Map.of("manifest.json", wrong.getBytes(), "c.json", image.config(), "l.tar", other.tar()))).contains("a layer's bytes have the digest");
        assertThat(load(Map.of("manifest.json", wrong.replace("bad/web:1", "BAD").getBytes(), "c.json", image.config(), "l.tar", image.tar()))).contains("calls an image 'BAD'");
        String foreign = "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"" + image.digest()
                + "\",\"size\":1,\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\"}}]}";
        assertThat(load(with(with(good, "manifest.json", null), "index.json", foreign.getBytes()))).contains("the archive's image is for linux/arm64");
        assertThat(rest.get("images/bad/web:1").statusCode()).isEqualTo(404);
        assertThat(new String(rest.send("POST", "archives", java.net.http.HttpRequest.BodyPublishers.ofString("no tar at all"), "application/x-tar").body())).contains("the archive can't be read");
    }

    @Test
    void whatMeansNoGoodIsRefused() throws Exception {
        assertThat(loadOne(TarEntry.link("a", "../../../etc/passwd", 0, 0, TIME))).contains("climbs out of the archive");
        assertThat(loadOne(TarEntry.file("../a", 0644, 0, 0, 0, TIME))).contains("climbs out of the archive");
        assertThat(loadOne(new TarEntry("null", TarEntry.Kind.CHARACTER_DEVICE, 0666, 0, 0, 0, TIME, "", 1, 3, Map.of()))).contains("is neither a file, a folder nor a link");
        assertThat(load(Map.of("a", new byte[40 << 20]))).contains("the archive has more than 32 MiB");
        assertThat(ImagesOverRest.error(rest.lines("archives", packed(tar(Map.of("a", new byte[40 << 20])))))).contains("the archive has more than 32 MiB");
        ByteArrayOutputStream loop = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(loop)) {
            tar.add(TarEntry.link("manifest.json", "other", 0, 0, TIME));
            tar.add(TarEntry.link("other", "manifest.json", 0, 0, TIME));
        }
        assertThat(ImagesOverRest.error(rest.lines("archives", loop.toByteArray()))).contains("holds no images");
    }

    @Test
    void aFileSystemBecomesAnImage() throws Exception {
        byte[] tar = tar(Map.of("bin/sh", "#!".getBytes()));
        JsonNode made = rest.lines("imports?tag=import/os:1&change=CMD%20%5B%22/bin/sh%22%5D&change=ENV%20A=b&message=by+hand", packed(tar)).getLast();
        assertThat(made.path("tags").toString()).isEqualTo("[\"import/os:1\"]");
        ImageView view = view("import/os:1");
        assertThat(view.image().id().value()).isEqualTo(made.path("image").asText());
        assertThat(view.image().config().command()).containsExactly("/bin/sh");
        assertThat(view.image().config().env()).isEqualTo(Map.of("A", "b"));
        assertThat(view.image().layers()).extracting(layer -> layer.diffId()).containsExactly(BlobWriter.digestOf(tar));
        assertThat(view.history()).extracting(ImageView.History::createdBy).containsExactly("by hand");
        facts.next(ImageEvent.Imported.class, e -> e.reference().toString().equals("import/os:1"));
        assertThat(ImagesOverRest.error(rest.lines("imports", new byte[0]))).contains("it is empty");
        assertThat(ImagesOverRest.error(rest.lines("imports", "no tar".repeat(200).getBytes()))).contains("this is not a tar archive");
        assertThat(ImagesOverRest.error(rest.lines("imports?change=RUN%20x", tar))).contains("doesn't change how an image runs");
        assertThat(ImagesOverRest.error(rest.lines("imports?tag=UPPER", tar))).contains("is not a repository name");
    }

    private String load(Map<String, byte[]> files) throws Exception {
        return ImagesOverRest.error(rest.lines("archives", tar(files)));
    }

    private String loadOne(TarEntry entry) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(out)) {
            tar.add(entry);
        }
        return ImagesOverRest.error(rest.lines("archives", out.toByteArray()));
    }

    private ImageView view(String reference) throws Exception {
        return Json.read(new String(rest.get("images/" + reference).body()), ImageView.class);
    }

    private static String blob(byte[] content) {
        Digest digest = BlobWriter.digestOf(content);
        return "blobs/sha256/" + digest.hex();
    }

    private static Map<String, byte[]> with(Map<String, byte[]> files, String name, byte[] content) {
        Map<String, byte[]> other = new LinkedHashMap<>(files);
        if (content == null) {
            other.remove(name);
        } else {
            other.put(name, content);
        }
        return other;
    }

    private static Map<String, byte[]> files(byte[] tar) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        TarReader reader = new TarReader(new ByteArrayInputStream(tar));
        for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            if (entry.get().kind() == TarEntry.Kind.FILE) {
                files.put(entry.get().name(), reader.content().readAllBytes());
            }
        }
        return files;
    }

    private static byte[] tar(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(out)) {
            for (Map.Entry<String, byte[]> each : files.entrySet()) {
                add(tar, each.getKey(), each.getValue());
            }
        }
        return out.toByteArray();
    }

    private static void add(TarWriter tar, String name, byte[] content) throws IOException {
        tar.add(TarEntry.file(name, 0644, 0, 0, content.length, TIME), new ByteArrayInputStream(content));
    }

    private static byte[] packed(byte[] tar) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(tar);
        }
        return out.toByteArray();
    }
}
