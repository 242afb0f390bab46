package io.gantry.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.image.fixture.GitServer;
import io.gantry.image.fixture.Installation;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Git repositories as contexts and as sources. */
@QuarkusTest
class GitIT extends BuilderTest {
    @ConfigProperty(name = "gantry.test.git-port")
    int port;

    @TempDir Path root;
    private GitServer server;

    @BeforeEach
    void serve() throws Exception {
        server = new GitServer(root, port);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aRepositoryIsAContext() throws Exception {
        server.commit("app", "main", Map.of("docker/Dockerfile", "FROM scratch\nCOPY . /app/\n", "docker/a", "A", "docker/.dockerignore", "Dockerfile\n", "outside", "no"));
        List<JsonNode> lines = build("tag=git/context:1&remote=http://" + server.host() + "/app.git%23main:docker", Map.of()).get(30, TimeUnit.SECONDS);
        assertThat(lines.getLast().has("image")).as(lines.toString()).isTrue();
        ImageEvent.Tagged image = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("git/context"));
        assertThat(names(image, 0)).containsExactly("FOLDER app", "FILE app/.dockerignore", "FILE app/a");
        assertThat(error(build("remote=http://" + server.host() + "/app.git%23none", Map.of()))).startsWith("http://" + server.host() + "/app.git can't be fetched: fatal: couldn't find remote ref none");
        assertThat(error(build("remote=http://" + server.host() + "/app.tar", Map.of()))).contains("is no git repository");
        assertThat(Installation.data().resolve("builds")).isEmptyDirectory();
    }

    @Test
    void whatGitKeepsIsAddedToo() throws Exception {
        String commit = server.commit("kept", "main", Map.of("x", "1"));
        String dockerfile = "FROM scratch\nADD --keep-git-dir=true --chown=7:8 http://" + server.host() + "/kept.git#main /src\n";
        assertThat(build("tag=git/kept:1", Map.of("Dockerfile", dockerfile)).get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
        ImageEvent.Tagged image = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("git/kept"));
        assertThat(names(image, 0)).contains("FILE src/.git/HEAD", "FILE src/.git/index", "FILE src/.git/shallow", "FILE src/x").doesNotContain("FILE src/.git/FETCH_HEAD");
        assertThat(build("", Map.of("Dockerfile", dockerfile)).get(30, TimeUnit.SECONDS).stream().filter(line -> line.has("cached"))).as(commit).hasSize(1);
    }

    @Test
    void aRepositoryIsAddedAndCountsByItsFiles() throws Exception {
        String commit = server.commit("lib", "main", Map.of("src/x", "1", "README", "r"));
        String address = "http://" + server.host() + "/lib.git";
        String dockerfile = "FROM scratch\nARG REF=main\nADD --chown=7:8 " + address + "#${REF}:src /lib\n";
        List<JsonNode> first = build("tag=git/add:1", Map.of("Dockerfile", dockerfile)).get(30, TimeUnit.SECONDS);
        assertThat(first.getLast().has("image")).as(first.toString()).isTrue();
        ImageEvent.Tagged image = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("git/add"));
        assertThat(entries(image, 0)).extracting(entry -> entry.kind() + " " + entry.name() + " " + entry.uid() + ":" + entry.gid()).containsExactly("FOLDER lib 7:8", "FILE lib/x 7:8");
        server.commit("lib", "main", Map.of("README", "another"));
        assertThat(build("", Map.of("Dockerfile", dockerfile)).get(30, TimeUnit.SECONDS).stream().filter(line -> line.has("cached"))).as("its folder is as it was").hasSize(1);
        server.commit("lib", "main", Map.of("src/x", "2"));
        assertThat(build("", Map.of("Dockerfile", dockerfile)).get(30, TimeUnit.SECONDS).stream().filter(line -> line.has("cached"))).isEmpty();
        assertThat(error(build("", Map.of("Dockerfile", "FROM scratch\nADD --checksum=" + commit + " " + address + " /lib\n")))).startsWith("Dockerfile:2: ADD --checksum=" + commit).contains("has the commit ", ", not " + commit);
        assertThat(build("", Map.of("Dockerfile", "FROM scratch\nADD --checksum=" + commit + " " + address + "#" + commit + " /lib\n")).get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
    }
}
