package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Builds by the command line: what is sent, and what is told while they go and when they have ended. */
class BuildCommandsTest {
    @Test
    void tellsWhoseWordItIsWhenStepsGoSideBySideAndWhereItFailed(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian\n");
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/builds", """
                    {"step":1,"total":3,"instruction":"RUN one","stage":"a","line":2,"build":"build-1"}
                    {"missed":[{"reason":"FILE_CHANGED","subject":"x","detail":"the file x is another"}],"of":1}
                    {"step":2,"total":3,"instruction":"RUN two","stage":"b","line":4}
                    {"missed":[{"reason":"NEW","detail":"no build that is known had this instruction"}],"of":2}
                    {"stream":"of two\\n","of":2}
                    {"stream":"of one","of":1}
                    {"stream":"of two again\\n","of":2}
                    {"done":true,"millis":1250,"of":1}
                    {"error":{"status":422,"detail":"Dockerfile:4: RUN two: ended with exit code 2"},"build":"build-1","exitCode":2,\
                    "failure":{"file":"Dockerfile","line":4,"instruction":"RUN two","step":2,"exitCode":2,"output":["of two","of two again"]}}
                    """);

            var ended = platform.run("build", "--progress", "plain", folder.toString());

            assertThat(ended).isEqualTo(new FakePlatform.Ended(1, """
                    [1/3] RUN one
                          not cached: the file x is another
                    [2/3] RUN two
                    of two
                    [1/3] RUN one
                    of one
                    [2/3] RUN two
                    of two again
                    [1/3] RUN one
                          1.3 s
                    """, "  | of two\n  | of two again\ngantry: Dockerfile:4: RUN two: ended with exit code 2\n"));
        }
    }

    @Test
    void buildsAreToldToProgramsAsThePlatformTellsThem(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian\n");
        String lines = "{\"step\":1,\"total\":1,\"instruction\":\"FROM debian\"}\n{\"image\":\"sha256:ab\",\"tags\":[]}\n";
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/builds", lines);
            assertThat(platform.run("build", "--progress=json", folder.toString())).isEqualTo(new FakePlatform.Ended(0, lines, ""));
            platform.answers("POST /api/v1/builds", "{\"error\":{\"status\":422,\"detail\":\"no\"}}\n");
            assertThat(platform.run("build", "--progress=json", folder.toString())).isEqualTo(new FakePlatform.Ended(1, "{\"error\":{\"status\":422,\"detail\":\"no\"}}\n", ""));
        }
    }

    @Test
    void takesAndKeepsLayersElsewhereAsWhoeverIsLoggedInThere(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian\n");
        Files.createDirectories(folder.resolve("gantry"));
        Files.writeString(folder.resolve("gantry/registries.json"), "{\"host:5\":{\"username\":\"me\",\"password\":\"secret\"},\"other:5\":{\"username\":\"nobody's business\"}}");
        try (FakePlatform platform = new FakePlatform(Map.of("XDG_CONFIG_HOME", folder.toString()))) {
            platform.answers("POST /api/v1/builds", "{\"image\":\"sha256:ab\",\"tags\":[]}\n");
            platform.run("build", "--cache-from", "shop/cache:1", "--cache-from", "type=registry,ref=host:5/shop/cache:1", "--cache-to=type=registry,mode=max,ref=host:5/shop/cache:2", folder.toString());
            var asked = platform.asked().getFirst();
            assertThat(asked.target()).isEqualTo("/api/v1/builds?dockerfile=Dockerfile&cachefrom=shop%2Fcache%3A1&cachefrom=host%3A5%2Fshop%2Fcache%3A1&cacheto=host%3A5%2Fshop%2Fcache%3A2");
            assertThat(new String(Base64.getDecoder().decode(asked.logins()))).isEqualTo("{\"host:5\":{\"username\":\"me\",\"password\":\"secret\"}}");
            assertThat(platform.run("build", "--cache-to", "type=inline", folder.toString()).err()).contains("type=inline is not supported: what builds keep goes by a registry alone");
            assertThat(platform.run("build", "--cache-from", "type=registry", folder.toString()).err()).contains("names no image: add ref=NAME");
            assertThat(platform.run("build", "--cache-from", "src=/x", folder.toString()).err()).contains("'src=/x' is not known here");
            platform.run("build", folder.toString());
            assertThat(platform.asked().getLast().logins()).isNull();
        }
    }

    @Test
    void aRepositoryIsFetchedByThePlatform() {
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/builds", "{\"image\":\"sha256:ab\",\"tags\":[]}\n");
            assertThat(platform.run("build", "https://host/shop.git#main:web").code()).isZero();
            assertThat(platform.asked().getFirst().target()).isEqualTo("/api/v1/builds?dockerfile=Dockerfile&remote=https%3A%2F%2Fhost%2Fshop.git%23main%3Aweb");
            assertThat(platform.asked().getFirst().body()).isEmpty();
        }
    }

    @Test
    void saysWhatABuildWouldDo(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian\n");
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/builds", """
                    {"forecast":[{"step":1,"stage":"0","line":1,"instruction":"FROM debian","state":"DONE","missed":[]},\
                    {"step":2,"stage":"0","line":2,"instruction":"COPY a /","state":"CACHED","missed":[]},\
                    {"step":3,"stage":"0","line":3,"instruction":"COPY src /","state":"RAN","missed":[{"reason":"FILE_CHANGED","subject":"src/a","detail":"the file src/a is another"}]}]}
                    """);

            var ended = platform.run("build", "--explain", folder.toString());

            assertThat(ended).isEqualTo(new FakePlatform.Ended(0, """
                    [2/3] COPY a /
                          cached
                    [3/3] COPY src /
                          would run: the file src/a is another
                    1 of 2 steps that make something would run
                    """, ""));
            assertThat(platform.run("build", "--explain=src/a", "--explain=b", folder.toString()).code()).isZero();
            assertThat(platform.asked()).extracting(FakePlatform.Asked::target)
                    .containsExactly("/api/v1/builds?dockerfile=Dockerfile&explain=true", "/api/v1/builds?dockerfile=Dockerfile&explain=true&changed=src%2Fa&changed=b");
        }
    }

    @Test
    void buildsWithItsOptions(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Other"), "FROM debian\n");
        Files.writeString(folder.resolve("kept"), "kept");
        Files.writeString(folder.resolve("left.log"), "left out");
        Files.writeString(folder.resolve(".dockerignore"), "*.log\n");
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers(
                    "POST /api/v1/builds",
                    "{\"step\":1,\"total\":2,\"instruction\":\"FROM debian\"}\n{\"cached\":true}\n{\"step\":2,\"total\":2,\"instruction\":\"RUN make\"}\n"
                            + "{\"stream\":\"made\\n\"}\n{\"image\":\"sha256:ab\",\"manifest\":\"sha256:cd\",\"tags\":[\"shop/web:1\"]}\n");

            var ended =
                    platform.run("build", "-f", "Other", "-t", "shop/web:1", "-t", "shop/web:2", "--build-arg", "A=b c", "--secret", "npm=token", "--allow", "network.host", "--network", "none", "--add-host", "db:192.0.2.7", "--shm-size", "64m", "--no-cache", "--target", "last", "--platform", "linux/arm64", folder.toString());

            assertThat(ended)
                    .isEqualTo(new FakePlatform.Ended(0, "[1/2] FROM debian\n      cached\n[2/2] RUN make\nmade\nshop/web:1\nsha256:ab\n", ""));
            var asked = platform.asked().getFirst();
            assertThat(asked.target())
                    .isEqualTo("/api/v1/builds?dockerfile=Other&tag=shop%2Fweb%3A1&tag=shop%2Fweb%3A2&buildarg=A%3Db%20c&secret=npm%3Dtoken&allow=network.host&addhost=db%3A192.0.2.7&network=none&shm=64m&nocache=true&target=last&platform=linux%2Farm64");
            assertThat(asked.body()).contains("kept", "FROM debian").doesNotContain("left out");
        }
    }

    @Test
    void aBuildThatEndsWithoutAnImageHasFailed(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian\n");
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/builds", "{\"step\":1,\"total\":1,\"instruction\":\"FROM debian\"}\n");

            var ended = platform.run("build", folder.toString());

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.err()).isEqualTo("gantry: the output ended before the build did; is image-service there? See: ./gantry status\n");
            assertThat(platform.run("build", folder.resolve("nowhere").toString()).err())
                    .isEqualTo("gantry: there is no Dockerfile in " + folder.resolve("nowhere") + "; name it with -f\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"build FOLDER", "cp FOLDER web:/srv"})
    void whatCantBeSentWholeIsNeverTakenForIt(String command, @TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian\n");
        try (RandomAccessFile large = new RandomAccessFile(folder.resolve("a").toFile(), "rw")) {
            // more than the buffers on the way hold
            large.setLength(64L << 20);
        }
        Path last = Files.writeString(folder.resolve("z"), "the last one");
        try (FakePlatform platform = new FakePlatform()) {
            platform.answers("POST /api/v1/builds", "{\"image\":\"sha256:ab\",\"tags\":[]}\n").whenUploading(() -> last.toFile().delete());

            var ended = platform.run(command.replace("FOLDER", folder.toString()).split(" "));

            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.err()).startsWith("gantry: ").containsPattern("z can't be sent: it has gone meanwhile|there is no .*/z").hasLineCount(1);
            assertThat(platform.asked()).as("whole requests").noneMatch(one -> one.method().equals("POST") || one.method().equals("PUT"));
        }
    }
}
