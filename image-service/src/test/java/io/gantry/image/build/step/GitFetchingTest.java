package io.gantry.image.build.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.gantry.contracts.unit.Bytes;
import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.GitAddress;
import io.gantry.image.build.core.Position;
import io.gantry.image.fixture.GitServer;
import io.gantry.image.layer.core.FileTree;
import io.gantry.image.layer.core.FileTree.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories from a server of the test's, by the real git. */
class GitFetchingTest {
    private static final Position AT = new Position(2, 1);
    @TempDir Path root;
    @TempDir Path scratch;
    private GitServer server;
    private GitFetching fetching;
    private String first;
    private String second;
    private int number;

    @BeforeEach
    void begin() throws Exception {
        server = new GitServer(root, 0);
        fetching = fetching("git", new Bytes(1 << 20));
        first = server.commit("app", "main", Map.of("a", "one\n", "sub/b", "B", "sub/l@", "b", ".gitattributes", "kept export-ignore\nsubst export-subst\nfilter filter=evil\n*.crlf eol=crlf\n", "kept", "k", "subst", "$Format:%H$", "filter", "f", "x.crlf", "1\n2\n"));
        server.git(root.resolve("app"), "tag", "v1");
        second = server.commit("app", "main", Map.of("a", "two\n"));
    }

    @AfterEach
    void end() {
        server.close();
    }

    @Test
    void aBranchATagAndACommitAreHadAsTheyWereCommitted() throws Exception {
        assertThat(fetch("").commit()).isEqualTo(second);
        assertThat(fetch("#main").commit()).isEqualTo(second);
        assertThat(fetch("#v1").commit()).isEqualTo(first);
        Map<String, String> files = told(fetch("#" + first).files());
        assertThat(files).containsEntry("a", "FILE 644 one\n").containsEntry("sub", "FOLDER 755 ").containsEntry("sub/b", "FILE 644 B").containsEntry("sub/l", "SYMBOLIC_LINK 777 b");
        assertThat(files).as("nothing is left out or changed").containsEntry("kept", "FILE 644 k").containsEntry("subst", "FILE 644 $Format:%H$").containsEntry("filter", "FILE 644 f").containsEntry("x.crlf", "FILE 644 1\n2\n");
        assertThat(files).doesNotContainKey(".git");
        assertThat(told(fetch("#v1:sub").files())).containsOnlyKeys("b", "l");
    }

    @Test
    void whatGitKeepsIsThereWhereItIsAsked() throws Exception {
        Path tagged = laidOut(kept("#v1"));
        assertThat(server.git(tagged, "rev-parse", "HEAD").strip()).isEqualTo(first);
        assertThat(server.git(tagged, "describe", "--tags", "--dirty").strip()).isEqualTo("v1");
        assertThat(server.git(tagged, "status", "--porcelain")).as("its files are those that it has").isEmpty();
        assertThat(server.git(tagged, "remote", "get-url", "origin").strip()).isEqualTo("http://" + server.host() + "/app.git");
        assertThat(server.git(tagged, "fsck", "--strict")).isEmpty();
        Path branch = laidOut(kept("#main"));
        assertThat(server.git(branch, "rev-parse", "HEAD", "refs/heads/main").split("\n")).containsExactly(second, second);
        assertThat(server.git(branch, "log", "--format=%H").strip()).as("that commit alone").isEqualTo(second);
        assertThat(server.git(laidOut(kept("#" + first)), "rev-parse", "HEAD").strip()).isEqualTo(first);
        assertThat(kept("#v1:sub").below("").keySet()).as("of a folder there is none").containsOnly("b", "l");
    }

    @Test
    void whatGitKeepsIsTheSameBytesEachTime() throws Exception {
        for (int i = 0; i < 60; i++) {
            server.commit("app", "main", Map.of("many/" + i, ("line " + i + "\n").repeat(200) + "end " + i));
        }
        assertThat(told(kept("#main"), true)).isEqualTo(told(kept("#main"), true)).containsKey(".git/index");
    }

    @Test
    void whatGitKeepsIsNotHeldInMemory() throws Exception {
        byte[] much = new byte[12 << 20];
        new Random(4711).nextBytes(much);
        server.commit("app", "main", Map.of("much", Base64.getEncoder().encodeToString(much)));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        FileTree files = fetching("git", new Bytes(64 << 20)).fetch(GitAddress.parse("http://" + server.host() + "/app.git", AT), Optional.empty(), true, scratch.resolve("much"), AT).files();
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8 << 20);
        assertThat(files.below(".git/objects/pack").values()).as("a pack of more than that").anyMatch(node -> node.entry().size() > 8 << 20);
    }

    @Test
    void anotherCommitThanTheOneThatWasGivenIsRefused() throws Exception {
        assertThat(fetch("#v1", Optional.of(first), fetching).commit()).isEqualTo(first);
        assertThatThrownBy(() -> fetch("#v1", Optional.of(second), fetching)).isInstanceOf(DockerfileRefusal.class).hasMessageContaining("has the commit " + first + " as v1, not " + second);
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThatThrownBy(() -> fetch("#none")).isInstanceOf(DockerfileRefusal.class).hasMessageContaining("can't be fetched: fatal: couldn't find remote ref none");
        assertThatThrownBy(() -> fetch("#main:none")).hasMessageContaining("has no folder 'none'");
        assertThatThrownBy(() -> fetch("#main:a")).hasMessageContaining("has no folder 'a'");
        assertThatThrownBy(() -> fetching.fetch(GitAddress.parse("http://" + server.host() + "/gone.git", AT), Optional.empty(), false, scratch.resolve("gone"), AT)).hasMessageContaining("can't be fetched: fatal: ");
    }

    /** A server may say as much as it likes. */
    @Test
    void whatGitSaysOfAFailureHasAnEnd() throws Exception {
        Path git = Files.writeString(scratch.resolve("git"), "#!/bin/sh\nhead -c 900000 /dev/zero | tr '\\0' 'x' >&2\nprintf ' the end' >&2\nexit 1\n");
        Files.setPosixFilePermissions(git, PosixFilePermissions.fromString("rwxr-xr-x"));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> fetch("", Optional.empty(), fetching(git.toString(), new Bytes(1 << 20)))).isInstanceOf(DockerfileRefusal.class).hasMessageEndingWith("xxx the end")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_200));
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(500_000);
    }

    @Test
    void nobodySendsItOnAndNothingOfThisMachineIsAsked() {
        assertThatThrownBy(() -> fetching.fetch(GitAddress.parse("http://" + server.host() + "/moved.git", AT), Optional.empty(), false, scratch.resolve("moved"), AT)).hasMessageContaining("can't be fetched: ");
        GitFetching strict = new GitFetching(new Fetching(List.of(), new Bytes(100), Duration.ofSeconds(5)), "git", new Bytes(1 << 20), Duration.ofSeconds(20));
        assertThatThrownBy(() -> fetch("", Optional.empty(), strict)).hasMessageContaining("without TLS nothing is fetched from 127.0.0.1");
        assertThatThrownBy(() -> strict.fetch(GitAddress.parse("https://localhost:1/x.git", AT), Optional.empty(), false, scratch.resolve("l"), AT)).hasMessageContaining("is on the machine that builds");
    }

    @Test
    void itHasAnEnd() throws Exception {
        server.commit("app", "main", Map.of("large", "0123456789".repeat(100_000)));
        assertThatThrownBy(() -> fetch("", Optional.empty(), fetching("git", new Bytes(200_000)))).isInstanceOf(Exception.class).hasMessageMatching("(?s).*(can't be fetched|more than).*");
        GitFetching hurried = new GitFetching(new Fetching(List.of(server.host()), new Bytes(100), Duration.ofSeconds(5)), "git", new Bytes(1 << 20), Duration.ofMillis(1));
        assertThatThrownBy(() -> fetch("", Optional.empty(), hurried)).hasMessageContaining("wasn't there within 0 s");
    }

    @Test
    void whereThereIsNoGitThatIsSaid() {
        assertThatThrownBy(() -> fetch("", Optional.empty(), fetching("no-git-at-all", new Bytes(1 << 20)))).hasMessageContaining("there is no git on the machine of image-service");
    }

    private GitFetching fetching(String program, Bytes most) {
        return new GitFetching(new Fetching(List.of(server.host()), new Bytes(100), Duration.ofSeconds(5)), program, most, Duration.ofSeconds(20));
    }

    private GitFetching.Fetched fetch(String further) throws Exception {
        return fetch(further, Optional.empty(), fetching);
    }

    private GitFetching.Fetched fetch(String further, Optional<String> commit, GitFetching by) throws Exception {
        return by.fetch(GitAddress.parse("http://" + server.host() + "/app.git" + further, AT), commit, false, scratch.resolve("f" + ++number), AT);
    }

    private FileTree kept(String further) throws Exception {
        return fetching.fetch(GitAddress.parse("http://" + server.host() + "/app.git" + further, AT), Optional.empty(), true, scratch.resolve("f" + ++number), AT).files();
    }

    private Path laidOut(FileTree tree) throws IOException {
        Path folder = Files.createDirectories(scratch.resolve("out" + ++number));
        for (Map.Entry<String, FileTree.Node> each : tree.below("").entrySet()) {
            Path place = folder.resolve(each.getKey());
            switch (each.getValue().kind()) {
                case FOLDER -> Files.createDirectories(place);
                case SYMBOLIC_LINK -> Files.createSymbolicLink(place, Path.of(each.getValue().entry().linkName()));
                default -> Files.copy(((Content.OnDisk) each.getValue().content()).file(), place);
            }
        }
        return folder;
    }

    private static Map<String, String> told(FileTree tree) {
        return told(tree, false);
    }

    private static Map<String, String> told(FileTree tree, boolean binary) {
        Map<String, String> all = new TreeMap<>();
        tree.below("").forEach((path, node) -> {
            try {
                String content = node.content() instanceof Content.OnDisk(var file, _) ? Files.readString(file, binary ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8) : node.entry().linkName();
                all.put(path, "%s %o %s".formatted(node.kind(), node.entry().mode(), content));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return all;
    }
}
