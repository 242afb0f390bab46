package io.gantry.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.image.fixture.Installation;
import io.gantry.image.fixture.SampleImage;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** What a Dockerfile says, in the image that is built. */
@QuarkusTest
class LanguageIT extends BuilderTest {
    @Test
    void hereDocumentsBecomeFiles() throws Exception {
        ImageEvent.Tagged image = built("language/documents", """
                FROM scratch
                ARG NAME=world
                ENV HOME=/root
                COPY <<EOF <<-'PLAIN' local.txt /etc/
                hello "$NAME" at ${HOME##*/} for \\$5
                EOF
                \tas $NAME it is
                PLAIN
                ADD --chown=3:4 --chmod=600 <<motd /etc/
                welcome
                motd
                """, Map.of("local.txt", "mine"));
        assertThat(content(image, 0)).isEqualTo(Map.of("etc/EOF", "hello \"world\" at root for $5\n", "etc/PLAIN", "as $NAME it is\n", "etc/local.txt", "mine"));
        assertThat(content(image, 1)).isEqualTo(Map.of("etc/motd", "welcome\n"));
        assertThat(entries(image, 1).getLast()).matches(motd -> motd.uid() == 3 && motd.gid() == 4 && motd.mode() == 0600);
    }

    @Test
    void aWorkingFolderBelongsToWhoRunsInIt() throws Exception {
        ImageEvent.Tagged image = built("language/workdir", """
                FROM scratch
                WORKDIR /roots
                COPY passwd /etc/passwd
                USER app
                WORKDIR /srv/app
                USER 7:8
                WORKDIR more
                USER root
                WORKDIR /last
                USER nobody-knows
                WORKDIR /last
                """, Map.of("passwd", "app:x:3:4::/:\n"));
        assertThat(owners(image, 0)).isEqualTo(Map.of("roots", "0:0"));
        assertThat(owners(image, 2)).isEqualTo(Map.of("srv", "3:4", "srv/app", "3:4"));
        assertThat(owners(image, 3)).isEqualTo(Map.of("srv", "3:4", "srv/app", "3:4", "srv/app/more", "7:8"));
        assertThat(owners(image, 4)).isEqualTo(Map.of("last", "0:0"));
    }

    private Map<String, String> owners(ImageEvent.Tagged image, int layer) throws Exception {
        return entries(image, layer).stream().collect(Collectors.toMap(entry -> entry.name().replaceAll("/$", ""), entry -> entry.uid() + ":" + entry.gid()));
    }

    @Test
    void aHereDocumentIsWhatTheShellRuns() throws Exception {
        CompletableFuture<List<JsonNode>> build = build("", Map.of("Dockerfile", "FROM scratch\nRUN <<EOF\nset -e\n# mine\necho $HOME\nEOF\nRUN cat <<A > /x\na $b\nA\n"));
        BuildEvent.ContainerWanted first = wanted();
        assertThat(first.spec().command()).containsExactly("/bin/sh", "-c", "set -e\n# mine\necho $HOME\n");
        exit(first, 0, "", tar(Map.of("a", "")));
        BuildEvent.ContainerWanted second = wanted();
        assertThat(second.spec().command()).containsExactly("/bin/sh", "-c", "cat <<A > /x\na $b\nA\n");
        exit(second, 0, "", tar(Map.of("x", "")));
        List<JsonNode> events = build.get(30, TimeUnit.SECONDS);
        assertThat(events.getLast().path("image").asText()).startsWith("sha256:");
        assertThat(events.stream().filter(event -> event.path("step").asInt() == 2)).extracting(event -> event.path("instruction").asText()).containsExactly("RUN <<EOF\nset -e\n# mine\necho $HOME\nEOF");
    }

    @Test
    void whatIsNoPatternIsRefusedWithItsPlace() throws Exception {
        assertThat(error(build("", Map.of("Dockerfile", "FROM scratch\n\nCOPY --exclude=*.md --exclude=[ . /\n"))))
                .isEqualTo("Dockerfile:3: COPY --exclude=*.md --exclude=[ . /: --exclude=[: its [ has no end, or its \\ nothing behind it");
        assertThat(error(build("", Map.of("Dockerfile", "FROM scratch\nARG LEFT=[z-a]\nCOPY --exclude=$LEFT . /\n")))).startsWith("Dockerfile:3: COPY --exclude=$LEFT . /: --exclude=[z-a]: ");
    }

    @Test
    void whatIsNotUtf8IsLetPassInCommentsAlone() throws Exception {
        byte[] latin = "# f\u00fcr alle\nFROM scratch\nCOPY a /\n".getBytes(StandardCharsets.ISO_8859_1);
        byte[] left = "# fr\u00fcher\nb\n".getBytes(StandardCharsets.ISO_8859_1);
        List<JsonNode> told = build("", Map.of("a", "1"), Map.of("Dockerfile", latin, ".dockerignore", left)).get(30, TimeUnit.SECONDS);
        assertThat(told.getLast().has("image")).as(told.toString()).isTrue();
        byte[] meant = "FROM scratch\n# n\u00e4chste\nENV NAME=caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(build("", Map.of("a", "1"), Map.of("Dockerfile", meant)).get(30, TimeUnit.SECONDS).getLast().toString()).contains("'Dockerfile' isn't UTF-8 in line 3");
        byte[] names = "*\n!\u00fc\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(build("", Map.of("a", "1"), Map.of("Dockerfile", latin, ".dockerignore", names)).get(30, TimeUnit.SECONDS).getLast().toString()).contains("'.dockerignore' isn't UTF-8 in line 2");
    }

    @Test
    void idsThatCannotBeAreRefusedWithTheirPlace() throws Exception {
        Map<String, String> context = Map.of("Dockerfile", "FROM scratch\nCOPY passwd group /etc/\nCOPY --chown=%s passwd /\n", "passwd", "app:x:many:5::/:\nlate:x:4:few::/:\n", "group", "web:x:none:\n");
        Map<String, String> refusals = Map.of(
                "app", "'many', the id of user app in the image's /etc/passwd, is no number from 0 to 4294967294",
                "late", "'few', the id of user late in the image's /etc/passwd, is no number from 0 to 4294967294",
                "1:web", "'none', the id of group web in the image's /etc/group, is no number from 0 to 4294967294",
                "4294967295", "'4294967295', the id, is no number from 0 to 4294967294",
                "1:99999999999999999999", "'99999999999999999999', the id, is no number from 0 to 4294967294");
        for (Map.Entry<String, String> each : refusals.entrySet()) {
            assertThat(error(build("", with(context, "Dockerfile", context.get("Dockerfile").formatted(each.getKey()))))).isEqualTo("Dockerfile:3: COPY --chown=" + each.getKey() + " passwd /: " + each.getValue());
        }
    }

    @Test
    void copyKeepsParentsLeavesOutAndChoosesByPattern() throws Exception {
        Map<String, String> context = new TreeMap<>(Map.of(
                "src/a/one.txt", "1", "src/a/one.md", "m", "src/b/two.txt", "2", "src/b/keep.md", "k", "x1.txt", "x", "x2.txt", "y", "top.md", "t", "sub/deep/er/f", "f"));
        ImageEvent.Tagged image = built("language/copy", """
                FROM scratch
                COPY --parents src/*/*.txt sub/./deep/er /p/
                COPY --exclude=**/*.md --exclude=!b/keep.md src /e/
                COPY --exclude=x2* x[0-9].txt /g/
                ADD **/two.txt /h/
                """, context);
        assertThat(content(image, 0)).isEqualTo(Map.of("p/src/a/one.txt", "1", "p/src/b/two.txt", "2", "p/deep/er/f", "f"));
        assertThat(content(image, 1)).isEqualTo(Map.of("e/a/one.txt", "1", "e/b/two.txt", "2", "e/b/keep.md", "k"));
        assertThat(content(image, 2)).isEqualTo(Map.of("g/x1.txt", "x"));
        assertThat(content(image, 3)).isEqualTo(Map.of("h/two.txt", "2"));
    }

    @Test
    void everyArchiveThatAPatternFindsIsUnpackedUnlessItShallNot() throws Exception {
        Map<String, byte[]> archives = Map.of("a.tar", tar(Map.of("in/a", "A")), "b.tgz", packedTar(Map.of("in/b", "B")));
        ImageEvent.Tagged image = built("language/archives", """
                FROM scratch
                ADD --chown=7 *.tar *.tgz /u/
                ADD --unpack=false a.tar /k/
                COPY a.tar /c/
                """, Map.of(), archives);
        assertThat(content(image, 0)).isEqualTo(Map.of("u/in/a", "A", "u/in/b", "B"));
        assertThat(entries(image, 0)).filteredOn(entry -> entry.name().startsWith("u/in/")).allMatch(entry -> entry.uid() == 7);
        assertThat(content(image, 1).keySet()).containsExactly("k/a.tar");
        assertThat(content(image, 2).keySet()).containsExactly("c/a.tar");
    }

    @Test
    void aLinkedCopyIsMadeOnceForAllThatIsBelow() throws Exception {
        Map<String, String> context = Map.of("f", "same");
        ImageEvent.Tagged first = built("language/link1", "FROM scratch\nCOPY <<A /one\nA\nCOPY --link f /d/f\n", context);
        List<JsonNode> events = build("tag=language/link2:1", with(context, "Dockerfile", "FROM scratch\nCOPY <<B /two\nother\nB\nCOPY --link f /d/f\n")).get(30, TimeUnit.SECONDS);
        ImageEvent.Tagged second = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("language/link2"));
        assertThat(second.image().layers().getLast()).isEqualTo(first.image().layers().getLast());
        assertThat(events.stream().filter(event -> event.has("cached"))).hasSize(1);
    }

    @Test
    void triggersAreCarriedOutByTheNextBuildAndByNoneAfter() throws Exception {
        ImageEvent.Tagged base = built("language/base", "FROM scratch\nMAINTAINER Some Body <some@body.example>\nONBUILD COPY f /trigger/\nONBUILD ENV T=\"by $X\"\n", Map.of());
        assertThat(config(base).path("author").asText()).isEqualTo("Some Body <some@body.example>");
        assertThat(config(base).path("config").path("OnBuild")).hasSize(2);
        List<JsonNode> events = build("tag=language/next:1", Map.of("Dockerfile", "FROM language/base:1\nENV OWN=1\n", "f", "F")).get(30, TimeUnit.SECONDS);
        assertThat(events.stream().filter(event -> event.has("instruction"))).extracting(event -> event.path("instruction").asText())
                .containsExactly("FROM language/base:1", "COPY f /trigger/", "ENV T=\"by $X\"", "ENV OWN=1");
        ImageEvent.Tagged next = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("language/next"));
        assertThat(content(next, 0)).isEqualTo(Map.of("trigger/f", "F"));
        assertThat(next.image().config().env()).containsEntry("T", "by ").containsEntry("OWN", "1");
        assertThat(config(next).path("config").has("OnBuild")).isFalse();
        assertThat(error(build("", Map.of("Dockerfile", "FROM scratch\n\nFROM language/base:1\n")))).startsWith("Dockerfile:3: COPY f /trigger/: nothing is called 'f'");
    }

    @Test
    void aDockerfilesOwnListOfWhatIsLeftOutGoesFirst() throws Exception {
        Map<String, String> context = Map.of(
                "own/web", "FROM scratch\nCOPY . /\n", "own/web.dockerignore", "# mine\n*\n!src\nsrc/**/*.log\n!src/a/keep.log\n", ".dockerignore", "src", "src/a/x.log", "", "src/a/keep.log", "K", "src/y", "Y",
                "other", "");
        List<JsonNode> events = build("tag=language/ignore:1&dockerfile=own/web", context).get(30, TimeUnit.SECONDS);
        assertThat(events.getLast().has("image")).as(events.toString()).isTrue();
        ImageEvent.Tagged image = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("language/ignore"));
        assertThat(content(image, 0)).isEqualTo(Map.of("src/a/keep.log", "K", "src/y", "Y"));
    }

    @Test
    void argumentsAreExpandedInAFromAndInPlatforms() throws Exception {
        registry.push("language/sized", "slim", SampleImage.of(Map.of("bin/sh", "#!")));
        ImageEvent.Tagged image = built("language/from", """
                ARG SIZE=slim-12 KIND=${SIZE%-*}
                FROM --platform=$TARGETPLATFORM language/sized:${KIND} AS one
                ARG TARGETARCH SIZE
                LABEL arch=$TARGETARCH size=${SIZE//-/_} none=${NOPE:-$SIZE}
                """, Map.of());
        assertThat(image.image().config().labels()).containsEntry("arch", "amd64").containsEntry("size", "slim_12").containsEntry("none", "slim-12");
        assertThat(error(build("buildarg=P=linux/arm64", Map.of("Dockerfile", "ARG P\nFROM --platform=$P language/sized:slim\n")))).contains("'language/sized:slim' is here for linux/amd64, not for linux/arm64");
    }

    @Test
    void whatAProgramMayDoIsInTheLayer() throws Exception {
        byte[] capabilities = HexFormat.of().parseHex("0100000200040000000000000000000000000000");
        ByteArrayOutputStream context = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(context)) {
            byte[] dockerfile = "FROM scratch\nCOPY --chown=1:2 serve /bin/\n".getBytes();
            writer.add(TarEntry.file("Dockerfile", 0644, 0, 0, dockerfile.length, TIME), new ByteArrayInputStream(dockerfile));
            writer.add(TarEntry.file("serve", 0755, 0, 0, 2, TIME).withXattrs(Map.of("security.capability", capabilities)), new ByteArrayInputStream("#!".getBytes()));
        }
        HttpRequest build = HttpRequest.newBuilder(request("tag=language/may:1", Map.of()).uri()).header("Authorization", token.header()).POST(BodyPublishers.ofByteArray(context.toByteArray())).build();
        assertThat(http.send(build, BodyHandlers.ofString()).body()).contains("\"image\"");
        ImageEvent.Tagged image = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("language/may"));
        assertThat(entries(image, 0).getLast()).matches(serve -> serve.name().equals("bin/serve") && serve.uid() == 1).extracting(serve -> serve.xattrs().get("security.capability")).isEqualTo(capabilities);
    }

    @Test
    void nothingIsFetchedWithoutTlsOrFromTheMachineThatBuilds() throws Exception {
        assertThat(error(build("", Map.of("Dockerfile", "FROM scratch\nADD http://127.0.0.1:" + service.getPort() + "/q/health /x\n")))).contains("without TLS nothing is fetched from 127.0.0.1");
        assertThat(error(build("", Map.of("Dockerfile", "FROM scratch\nADD https://localhost:1/x /x\n")))).contains("is on the machine that builds");
        assertThat(error(build("", Map.of("Dockerfile", "FROM scratch\nADD https://169.254.169.254/latest /x\n")))).contains("is on the machine that builds");
    }

    @Test
    void everyLineOfTheLanguageThatIsRefusedIsNamed() throws Exception {
        assertThat(error(build("", Map.of("Dockerfile", "FROM scratch\nCOPY a b /c\n", "a", "", "b", "")))).isEqualTo(
                "Dockerfile:2: COPY a b /c: several sources are copied to '/c', which is no folder");
        assertThat(error(build("", Map.of("Dockerfile", "FROM scratch\nLABEL a=${b?wanted}\n")))).isEqualTo("Dockerfile:2: LABEL a=${b?wanted}: b: wanted");
        assertThat(error(build("", Map.of("Dockerfile", "FROM scratch\nCOPY --chmod=u+q a /c\n", "a", "")))).contains("--chmod=u+q is no mode");
    }

    private ImageEvent.Tagged built(String name, String dockerfile, Map<String, String> context) throws Exception {
        return built(name, dockerfile, context, Map.of());
    }

    private ImageEvent.Tagged built(String name, String dockerfile, Map<String, String> context, Map<String, byte[]> binary) throws Exception {
        List<JsonNode> events = build("tag=" + name + ":1", with(context, "Dockerfile", dockerfile), binary).get(30, TimeUnit.SECONDS);
        assertThat(events.getLast().has("image")).as(events.toString()).isTrue();
        return images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals(name));
    }

    private static JsonNode config(ImageEvent.Tagged image) throws IOException {
        String hex = image.image().id().hex();
        return Json.read(Files.readString(Installation.data().resolve("blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex)), JsonNode.class);
    }

    /** The files of a layer. */
    private static Map<String, String> content(ImageEvent.Tagged image, int layer) throws IOException {
        String hex = image.image().layers().get(layer).blob().hex();
        Map<String, String> files = new TreeMap<>();
        try (var in = new GZIPInputStream(Files.newInputStream(Installation.data().resolve("blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex)))) {
            TarReader reader = new TarReader(in);
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                if (next.get().kind() == TarEntry.Kind.FILE) {
                    files.put(next.get().name(), new String(reader.content().readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        }
        return files;
    }

    private static byte[] packedTar(Map<String, String> files) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(tar(files));
        }
        return out.toByteArray();
    }
}
