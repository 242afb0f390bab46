package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that come from elsewhere or go there: other registries, archives. */
class ImagesElsewhereTest {
    private static final String ID = "sha256:" + "a1".repeat(32);
    private static final String LAYER = "{\"layer\":\"" + ID + "\",\"state\":\"%s\",\"current\":1048576,\"total\":1048576}\n";
    private static final String REFUSED =
            "{\"error\":{\"type\":\"https://gantry.io/problems/image-not-found\",\"status\":404,\"detail\":\"no such image there\",\"hint\":\"is the name right?\"}}\n";

    @Test
    void aPullTellsItsLayersAndItsImage() {
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/pulls", "{\"repository\":\"shop/web\",\"tag\":\"1\"}\n" + LAYER.formatted("MOVING") + LAYER.formatted("DONE") + LAYER.formatted("PRESENT")
                    + "{\"image\":\"" + ID + "\",\"manifest\":\"" + ID + "\",\"changed\":true}\n");

            assertThat(platform.run("pull", "host:5/shop/web:1")).isEqualTo(new FakePlatform.Ended(0, "a1a1a1a1a1a1  1 MiB\na1a1a1a1a1a1  is there already\n" + ID + "\n", ""));
            assertThat(platform.asked().getFirst().body()).isEqualTo("{\"reference\":\"host:5/shop/web:1\"}");
        }
    }

    @Test
    void whatIsRefusedOrEndsEarlyHasFailed() {
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/pushes", REFUSED).answers("POST /api/v1/pulls", LAYER.formatted("DONE"));

            assertThat(platform.run("push", "host:5/shop/web:1")).isEqualTo(new FakePlatform.Ended(1, "", "gantry: no such image there\n        is the name right?\n"));
            var ended = platform.run("pull", "host:5/shop/web:1");
            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.err()).startsWith("gantry: the output ended early");
        }
    }

    @Test
    void archivesGoOutAndIn(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("saved.tar");
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("GET /api/v1/archives", "a tar")
                    .answers("POST /api/v1/archives", "{\"layer\":\"" + ID + "\",\"size\":1024}\n{\"image\":\"" + ID + "\",\"tags\":[\"shop/web:1\"]}\n")
                    .answers("POST /api/v1/imports", "{\"image\":\"" + ID + "\",\"tags\":[\"shop/os:1\"]}\n");

            assertThat(platform.run("save", "-o", file.toString(), "shop/web:1", "b")).isEqualTo(new FakePlatform.Ended(0, "", ""));
            assertThat(file).hasContent("a tar");
            assertThat(platform.run("load", "-i", file.toString())).isEqualTo(new FakePlatform.Ended(0, "a1a1a1a1a1a1  1 KiB\nshop/web:1\n" + ID + "\n", ""));
            assertThat(platform.run("import", "-c", "CMD [\"x\"]", "-m", "why", file.toString(), "shop/os:1")).isEqualTo(new FakePlatform.Ended(0, "shop/os:1\n" + ID + "\n", ""));
            assertThat(platform.asked()).extracting(one -> one.target() + " " + one.body())
                    .containsExactly(
                            "/api/v1/archives?name=shop%2Fweb%3A1&name=b ",
                            "/api/v1/archives a tar",
                            "/api/v1/imports?tag=shop%2Fos%3A1&change=CMD%20%5B%22x%22%5D&message=why a tar");
        }
    }

    @Test
    void aLoginIsTriedAndKeptForItsRegistryAlone(@TempDir Path folder) throws Exception {
        InputStream before = System.in;
        try (FakePlatform platform = new FakePlatform(Map.of("XDG_CONFIG_HOME", folder.toString()))) {
            platform.answers("POST /api/v1/registries/login", "").answers("POST /api/v1/pulls", "{\"image\":\"" + ID + "\"}\n");
            System.setIn(new ByteArrayInputStream("secret\n".getBytes()));

            assertThat(platform.run("login", "-u", "me", "--password-stdin", "host:5")).isEqualTo(new FakePlatform.Ended(0, "logged in at host:5\n", ""));
            Path file = folder.resolve("gantry/registries.json");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
            platform.run("pull", "host:5/a:1");
            platform.run("pull", "other:5/a:1");
            assertThat(platform.run("logout", "host:5").out()).isEqualTo("logged out of host:5\n");
            platform.run("pull", "host:5/a:1");
            assertThat(platform.asked()).extracting(FakePlatform.Asked::body).satisfiesExactly(
                    login -> assertThat(login).contains("\"registry\":\"host:5\"", "\"username\":\"me\"", "\"password\":\"secret\""),
                    known -> assertThat(known).contains("\"reference\":\"host:5/a:1\"", "\"password\":\"secret\""),
                    other -> assertThat(other).isEqualTo("{\"reference\":\"other:5/a:1\"}"),
                    forgotten -> assertThat(forgotten).isEqualTo("{\"reference\":\"host:5/a:1\"}"));
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void aLoginThatIsRefusedIsNotKept(@TempDir Path folder) {
        InputStream before = System.in;
        try (FakePlatform platform = new FakePlatform(Map.of("XDG_CONFIG_HOME", folder.toString()))) {
            platform.refusesAll(403, "{\"type\":\"https://gantry.io/problems/forbidden\",\"status\":403,\"detail\":\"not you\"}");
            System.setIn(new ByteArrayInputStream("wrong\n".getBytes()));

            assertThat(platform.run("login", "-u", "me", "--password-stdin", "host:5").code()).isEqualTo(1);
            assertThat(folder).isEmptyDirectory();
        } finally {
            System.setIn(before);
        }
    }
}
