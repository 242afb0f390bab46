package io.gantry.image.collect;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.RegistryCredentials;
import io.gantry.image.collect.Collector.Wanted;
import io.gantry.image.content.BlobPaths;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.DebianRegistry;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.ImagesOverRest;
import io.gantry.image.fixture.Skopeo;
import io.gantry.image.remote.Pusher;
import io.gantry.image.remote.TransferHearer;
import io.gantry.image.remote.core.Credentials;
import io.gantry.image.report.LayeredImage;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that are deleted, and collected with no grace, while somebody reads one blob of them after the other. */
@QuarkusTest
class ReadersIT extends ImageServiceTest {
    private static final Wanted AT_ONCE = new Wanted(false, Duration.ZERO, true, false);
    /** Three of them are more than sockets hold on the way, so that who doesn't read stops who writes. */
    private static final int LARGE = 12 << 20;
    private static final int LAYERS = 3;

    @Inject Collector collector;
    @Inject BlobPaths paths;
    @Inject Pusher pusher;
    @TempDir Path folder;
    private ImagesOverRest rest;

    @BeforeEach
    void begin() {
        rest = new ImagesOverRest(service, token.header());
    }

    @Test
    void anArchiveThatIsBeingWrittenIsWholeThoughItsImageGoesMeanwhile() throws Exception {
        LayeredImage image = pushed("saved/web", LARGE);
        Digest before;
        try (InputStream whole = archive("saved/web:1")) {
            before = digest(whole);
        }
        try (DigestInputStream slow = new DigestInputStream(archive("saved/web:1"), BlobWriter.sha256())) {
            slow.readNBytes(1 << 16);
            deleteAndCollect(image);
            assertThat(layers(image)).as("held").allMatch(Files::exists);
            slow.transferTo(OutputStream.nullOutputStream());
            assertThat(BlobWriter.hex(slow.getMessageDigest())).isEqualTo(before);
        }
        for (int i = 0; i < 100 && layers(image).stream().anyMatch(Files::exists); i++) {
            // who writes lets go after the last byte was read
            collector.collect(AT_ONCE);
        }
        assertThat(layers(image)).as("let go").noneMatch(Files::exists);
        assertThat(rest.get("archives?name=saved/web:1").statusCode()).isEqualTo(404);
    }

    @Test
    void anImageOfWhichSomeIsGoneIsNotSavedInPart() throws Exception {
        LayeredImage image = pushed("lost/web", 1000);
        Files.delete(layers(image).getLast());
        var answer = rest.get("archives?name=lost/web:1");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(new String(answer.body())).contains("has just been deleted, and some of it is gone", "push it again");
        image.push(registry, "lost/web", "1");
        assertThat(rest.get("archives?name=lost/web:1").statusCode()).isEqualTo(200);
    }

    @Test
    void aPushToAnotherRegistryIsWholeThoughItsImageGoesMeanwhile() throws Exception {
        try (DebianRegistry debian = new DebianRegistry(folder)) {
            LayeredImage image = pushed("sent/web", 1000);
            String name = debian.host() + "/sent/web:1";
            assertThat(rest.post("tags", Map.of("source", "sent/web:1", "target", name)).statusCode()).isEqualTo(201);
            boolean[] gone = {false};
            pusher.push(ImageRef.parse(name), Credentials.of(new RegistryCredentials(DebianRegistry.USER, DebianRegistry.PASSWORD, null, null)), Optional.empty(), new TransferHearer() {
                @Override
                public void begins(String repository, String tag) {}

                @Override
                public void layer(Digest layer, State state, long current, long total) {
                    if (state == State.DONE && !gone[0]) {
                        gone[0] = true;
                        deleteAndCollect(image);
                    }
                }
            });
            assertThat(gone[0]).isTrue();
            String there = Skopeo.run("inspect", "--raw", "--tls-verify=false", "--creds", DebianRegistry.USER + ":" + DebianRegistry.PASSWORD, "docker://" + name);
            assertThat(there).isEqualTo(new String(image.manifest()));
            assertThat(rest.get("images/" + name).statusCode()).isEqualTo(404);
        }
    }

    /** Of three layers that no other image has. */
    private LayeredImage pushed(String repository, int size) throws Exception {
        LayeredImage image = new LayeredImage();
        for (int i = 0; i < LAYERS; i++) {
            byte[] noise = new byte[size];
            new Random(repository.hashCode() + i).nextBytes(noise);
            image.layer("layer " + i, new LayeredImage.Layer().file("noise", 0644, noise));
        }
        image.push(registry, repository, "1");
        return image;
    }

    private List<Path> layers(LayeredImage image) {
        return IntStream.range(0, LAYERS).mapToObj(i -> paths.blob(BlobWriter.digestOf(image.blob(i)))).toList();
    }

    /** In all repositories; collected as often as it takes for manifests, their links and their bytes to go. */
    private void deleteAndCollect(LayeredImage image) {
        try {
            assertThat(rest.delete("images/" + BlobWriter.digestOf(image.configuration())).statusCode()).isEqualTo(204);
            for (int i = 0; i < 3; i++) {
                collector.collect(AT_ONCE);
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private InputStream archive(String name) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(service.resolve("/image-service/archives?name=" + name)).header("Authorization", token.header()).build();
        var answer = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build().send(request, BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static Digest digest(InputStream all) throws IOException {
        DigestInputStream in = new DigestInputStream(all, BlobWriter.sha256());
        in.transferTo(OutputStream.nullOutputStream());
        return BlobWriter.hex(in.getMessageDigest());
    }
}
