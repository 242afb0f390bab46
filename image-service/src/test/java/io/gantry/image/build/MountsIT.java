package io.gantry.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.HostEntry;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.image.fixture.ImagesOverRest;
import io.gantry.image.fixture.Installation;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** What a RUN has besides its image, and what of that is in its layer: nothing. */
@QuarkusTest
class MountsIT extends BuilderTest {
    @Test
    void aCacheIsAVolumeAndNoPartOfTheLayer() throws Exception {
        CompletableFuture<List<JsonNode>> build = build("tag=mounts/cache:1", Map.of("Dockerfile", """
                FROM scratch
                ARG WHERE=/root/.m2
                RUN --mount=type=cache,target=${WHERE} --mount=type=cache,id=other,dst=c,mode=0700,uid=5,gid=6,ro --mount=type=tmpfs,target=/t,size=4m ["/make"]
                """));
        BuildEvent.ContainerWanted wanted = wanted();
        List<Mount> mounts = wanted.spec().mounts();
        assertThat(mounts).hasSize(3);
        assertThat((Mount.Volume) mounts.get(0)).matches(volume -> volume.target().equals("/root/.m2") && !volume.readOnly() && volume.noCopy()).extracting(Mount.Volume::source).asString().startsWith("build-cache-");
        assertThat((Mount.Volume) mounts.get(1)).matches(volume -> volume.target().equals("/c") && volume.readOnly() && !volume.noCopy());
        assertThat(mounts.get(2)).isEqualTo(new Mount.Tmpfs("/t", new Bytes(4 << 20), null, false, true));
        assertThat(content(wanted.image().layers().getFirst())).containsKeys("c 700 5:6", "c/.wh..wh..opq 644 0:0");
        exit(wanted, 0, "", tar(Map.of("root/.m2/kept", "no", "c/x", "no", "t/y", "no", "made", "yes")));
        assertThat(build.get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
        ImageEvent.Tagged image = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("mounts/cache"));
        assertThat(image.image().layers()).hasSize(1);
        assertThat(content(image.image().layers().getFirst()).keySet()).containsExactly("made 644 1000:1000");
    }

    @Test
    void aCacheBeginsWithFilesOfAStage() throws Exception {
        String dockerfile = """
                FROM scratch AS seeds
                COPY --chmod=640 --chown=3:4 seed /store/pkg/
                FROM scratch
                RUN --mount=type=cache,id=seeded,target=/c,from=seeds,source=/store,mode=0711,uid=5,sharing=locked ["/make"]
                """;
        CompletableFuture<List<JsonNode>> build = build("tag=mounts/seeded:1", Map.of("Dockerfile", dockerfile, "seed", "first"));
        BuildEvent.ContainerWanted wanted = wanted();
        Mount.Volume first = (Mount.Volume) wanted.spec().mounts().getFirst();
        assertThat(first).matches(volume -> volume.target().equals("/c") && !volume.readOnly() && !volume.noCopy(), "takes what the image has");
        assertThat(content(wanted.image().layers().getLast())).containsOnlyKeys("c 711 5:4", "c/.wh..wh..opq 644 0:0", "c/pkg 755 3:4", "c/pkg/seed 640 3:4").containsEntry("c/pkg/seed 640 3:4", "first");
        exit(wanted, 0, "", tar(Map.of("c/pkg/seed", "no", "made", "yes")));
        assertThat(build.get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
        ImageEvent.Tagged image = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("mounts/seeded"));
        assertThat(image.image().layers()).hasSize(1);
        assertThat(content(image.image().layers().getFirst()).keySet()).containsExactly("made 644 1000:1000");
        assertThat(build("", Map.of("Dockerfile", dockerfile, "seed", "first")).get(30, TimeUnit.SECONDS).stream().filter(event -> event.has("cached"))).hasSize(2);
        CompletableFuture<List<JsonNode>> other = build("", Map.of("Dockerfile", dockerfile, "seed", "second"));
        BuildEvent.ContainerWanted again = wanted();
        assertThat(((Mount.Volume) again.spec().mounts().getFirst()).source()).as("what begins otherwise is another").startsWith("build-cache-").isNotEqualTo(first.source());
        exit(again, 0, "", tar(Map.of("made", "yes")));
        assertThat(other.get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
        for (String none : List.of("/store/pkg/seed", "/gone", "/st*")) {
            assertThat(error(build("", Map.of("Dockerfile", dockerfile.replace("/store,", none + ","), "seed", "s")))).startsWith("Dockerfile:4: ").endsWith("a cache begins with a folder, and '" + none + "' of seeds is none");
        }
        assertThat(error(build("", Map.of("Dockerfile", dockerfile.replace("from=seeds,", ""), "seed", "s")))).contains("a cache begins with files of a stage or image, not of the context");
    }

    @Test
    void aStepAtTheSameTimeHasAnotherPrivateCache() throws Exception {
        String dockerfile = "FROM scratch\nRUN --mount=type=cache,target=/c,id=each,sharing=private --mount=type=cache,target=/d,id=all [\"/%s\"]\n";
        CompletableFuture<List<JsonNode>> first = build("", Map.of("Dockerfile", dockerfile.formatted("first")));
        BuildEvent.ContainerWanted one = wanted();
        CompletableFuture<List<JsonNode>> second = build("", Map.of("Dockerfile", dockerfile.formatted("second")));
        BuildEvent.ContainerWanted two = wanted();
        assertThat(volumes(one).getFirst()).endsWith(".1");
        assertThat(volumes(two).getFirst()).isEqualTo(volumes(one).getFirst().replaceAll("1$", "2"));
        assertThat(volumes(two).getLast()).as("who shares has the same").isEqualTo(volumes(one).getLast());
        exit(one, 0, "", tar(Map.of("x", "")));
        first.get(30, TimeUnit.SECONDS);
        CompletableFuture<List<JsonNode>> third = build("", Map.of("Dockerfile", dockerfile.formatted("third")));
        BuildEvent.ContainerWanted three = wanted();
        assertThat(volumes(three)).as("nobody has the first any more").isEqualTo(volumes(one));
        exit(two, 0, "", tar(Map.of("x", "")));
        exit(three, 0, "", tar(Map.of("x", "")));
        assertThat(second.get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
        assertThat(third.get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
    }

    private static List<String> volumes(BuildEvent.ContainerWanted wanted) {
        return wanted.spec().mounts().stream().map(mount -> ((Mount.Volume) mount).source()).toList();
    }

    @Test
    void whatNothingIsInCanBeMountedToo() throws Exception {
        CompletableFuture<List<JsonNode>> build = build("", Map.of("Dockerfile", "FROM scratch\nRUN --mount=from=scratch,target=/t,rw [\"/use\"]\n"));
        BuildEvent.ContainerWanted wanted = wanted();
        assertThat(content(wanted.image().layers().getLast()).keySet()).containsExactly("t 755 0:0", "t/.wh..wh..opq 644 0:0");
        exit(wanted, 0, "", tar(Map.of("x", "")));
        assertThat(build.get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
    }

    @Test
    void filesOfTheContextAndOfStagesAreBoundAndCountForTheCache() throws Exception {
        String dockerfile = """
                FROM scratch AS tools
                COPY tool /usr/bin/tool
                FROM scratch
                RUN --mount=target=/src --mount=from=tools,source=/usr/bin/tool,target=/opt/tool ["/opt/tool"]
                """;
        CompletableFuture<List<JsonNode>> build = build("tag=mounts/bind:1", Map.of("Dockerfile", dockerfile, "tool", "#!", "a", "A"));
        BuildEvent.ContainerWanted wanted = wanted();
        assertThat(wanted.spec().mounts()).isEmpty();
        assertThat(wanted.image().layers()).hasSize(2);
        assertThat(content(wanted.image().layers().get(0)).keySet()).containsExactly("src 755 0:0", "src/.wh..wh..opq 644 0:0", "src/Dockerfile 644 0:0", "src/a 644 0:0", "src/tool 644 0:0");
        assertThat(content(wanted.image().layers().get(1)).keySet()).containsExactly("opt 755 0:0", "opt/tool 644 0:0");
        exit(wanted, 0, "", tar(Map.of("src/out", "written and gone", "out", "made")));
        build.get(30, TimeUnit.SECONDS);
        ImageEvent.Tagged image = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("mounts/bind"));
        assertThat(image.image().layers()).hasSize(1);
        assertThat(content(image.image().layers().getFirst()).keySet()).containsExactly("out 644 1000:1000");
        assertThat(build("", Map.of("Dockerfile", dockerfile, "tool", "#!", "a", "A")).get(30, TimeUnit.SECONDS).stream().filter(event -> event.has("cached"))).hasSize(2);
        CompletableFuture<List<JsonNode>> changed = build("", Map.of("Dockerfile", dockerfile, "tool", "#!", "a", "B"));
        exit(wanted(), 0, "", tar(Map.of("out", "made")));
        assertThat(changed.get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
        assertThat(error(build("", Map.of("Dockerfile", "FROM scratch\nRUN --mount=source=gone,target=/x [\"/y\"]\n")))).isEqualTo("Dockerfile:2: RUN --mount=source=gone,target=/x [\"/y\"]: nothing is called 'gone'");
    }

    @Test
    void aSecretIsNamedAndItsContentIsNowhere() throws Exception {
        String dockerfile = "FROM scratch\nRUN --mount=type=secret,id=npm,required,env=NPM_TOKEN --mount=type=secret,id=absent,env= [\"/use\"]\n";
        CompletableFuture<List<JsonNode>> build = build("tag=mounts/secret:1&secret=npm=npm-token", Map.of("Dockerfile", dockerfile));
        BuildEvent.ContainerWanted wanted = wanted();
        assertThat(wanted.spec().mounts()).containsExactly(new Mount.Secret("npm-token", "/run/secrets/npm", null, null, null, null, "NPM_TOKEN"));
        assertThat(wanted.spec().env()).isEmpty();
        exit(wanted, 0, "", tar(Map.of("run/secrets/npm", "a link", "run/gantry/files/0-npm-token", "", "used", "yes")));
        build.get(30, TimeUnit.SECONDS);
        ImageEvent.Tagged image = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("mounts/secret"));
        assertThat(content(image.image().layers().getFirst()).keySet()).containsExactly("used 644 1000:1000");
        assertThat(error(build("secret=other", Map.of("Dockerfile", dockerfile)))).isEqualTo("Dockerfile:2: RUN --mount=type=secret,id=npm,required,env=NPM_TOKEN --mount=type=secret,id=absent,env= [\"/use\"]: the build wasn't given the secret 'npm'");
        assertThat(error(build("secret=a/b", Map.of("Dockerfile", dockerfile)))).isEqualTo("secret 'a/b' is neither a secret's name nor of the form id=name");
    }

    @Test
    void anAgentOfTheClientsIsASocketOfTheStepsAndCountsForNothing() throws Exception {
        String dockerfile = """
                FROM scratch
                ENV A=1
                RUN --mount=type=ssh,id=absent --mount=type=ssh,required --mount=type=ssh,id=other,target=s,mode=0660,uid=5,gid=6 ["/use"]
                """;
        CompletableFuture<List<JsonNode>> build = build("tag=mounts/ssh:1&ssh=default&ssh=other", Map.of("Dockerfile", dockerfile));
        BuildEvent.ContainerWanted wanted = wanted();
        assertThat(wanted.spec().mounts()).containsExactly(new Mount.Socket("default", "/run/buildkit/ssh_agent.1", 0600, 0, 0), new Mount.Socket("other", "/s", 0660, 5, 6));
        assertThat(wanted.spec().env()).containsEntry("SSH_AUTH_SOCK", "/run/buildkit/ssh_agent.1");
        exit(wanted, 0, "", tar(Map.of("run/buildkit/ssh_agent.1", "a link", "run/gantry/clients/0", "", "s", "a link", "used", "yes")));
        List<JsonNode> told = build.get(30, TimeUnit.SECONDS);
        assertThat(told.stream().filter(line -> line.has("agents")).map(JsonNode::toString))
                .containsExactly("{\"agents\":{\"container\":\"%s\",\"ids\":[\"default\",\"other\"]},\"of\":3}".formatted(wanted.container()));
        ImageEvent.Tagged image = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("mounts/ssh"));
        assertThat(content(image.image().layers().getFirst()).keySet()).containsExactly("used 644 1000:1000");
        assertThat(build("ssh=default", Map.of("Dockerfile", dockerfile)).get(30, TimeUnit.SECONDS).stream().filter(event -> event.has("cached"))).hasSize(1);
        assertThat(error(build("ssh=other", Map.of("Dockerfile", dockerfile)))).contains("Dockerfile:3: RUN ", "the build wasn't given the ssh agent 'default'");
        assertThat(error(build("ssh=a/b", Map.of("Dockerfile", dockerfile)))).contains("got 'a/b'");
    }

    @Test
    void whereASettingOfTheImageNamesAnAgentThatStays() throws Exception {
        CompletableFuture<List<JsonNode>> build = build("ssh=default", Map.of("Dockerfile", "FROM scratch\nENV SSH_AUTH_SOCK=/mine\nRUN --mount=type=ssh,target=/mine [\"/use\"]\n"));
        BuildEvent.ContainerWanted wanted = wanted();
        assertThat(wanted.spec().env()).doesNotContainKey("SSH_AUTH_SOCK");
        exit(wanted, 0, "", tar(Map.of("used", "yes")));
        assertThat(build.get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
    }

    @Test
    void aScriptIsAFileOfItsOwnAndANetworkCanBeNone() throws Exception {
        CompletableFuture<List<JsonNode>> build = build("tag=mounts/script:1", Map.of("Dockerfile", "FROM scratch\nRUN --network=none <<S\n#!/usr/bin/env python3\nprint(1)\nS\n"));
        BuildEvent.ContainerWanted wanted = wanted();
        assertThat(wanted.spec().network()).isEqualTo(ContainerSpec.NO_NETWORK);
        assertThat(wanted.spec().command()).containsExactly("/run/gantry/script");
        assertThat(content(wanted.image().layers().getFirst())).containsEntry("run/gantry/script 755 0:0", "#!/usr/bin/env python3\nprint(1)\n");
        exit(wanted, 0, "", tar(Map.of("run/gantry/script", "", "done", "")));
        build.get(30, TimeUnit.SECONDS);
        ImageEvent.Tagged image = images.next(ImageEvent.Tagged.class, each -> each.reference().repository().equals("mounts/script"));
        assertThat(content(image.image().layers().getFirst()).keySet()).containsExactly("done 644 1000:1000");
    }

    @Test
    void aStepHasItsNodesNetworkWhereTheBuildMay() throws Exception {
        Map<String, String> context = Map.of("Dockerfile", "FROM scratch\nRUN --network=host [\"/listen\"]\n");
        assertThat(error(build("", context))).isEqualTo("Dockerfile:2: RUN --network=host [\"/listen\"]: --network=host: the build wasn't allowed network.host, the network of its step's node");
        CompletableFuture<List<JsonNode>> build = build("allow=network.host", context);
        BuildEvent.ContainerWanted wanted = wanted();
        assertThat(wanted.spec().network()).isEqualTo("host");
        exit(wanted, 0, "", tar(Map.of("x", "")));
        assertThat(build.get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
        CompletableFuture<List<JsonNode>> without = build("", Map.of("Dockerfile", "FROM scratch\nRUN [\"/listen\"]\n"));
        assertThat(wanted().spec().network()).as("what was made with another network is another layer").isEqualTo(ContainerSpec.DEFAULT_NETWORK);
        without.cancel(true);
        assertThat(error(build("allow=security.insecure", context))).isEqualTo("allow 'security.insecure' is no right that a build can have: there is network.host");
    }

    @Test
    void whatABuildSaysOfItsStepsHoldsWhereTheDockerfileSaysNothing() throws Exception {
        Map<String, String> context = Map.of("Dockerfile", "FROM scratch\nRUN [\"/one\"]\nRUN --network=none [\"/two\"]\n");
        CompletableFuture<List<JsonNode>> build = build("network=host", context);
        BuildEvent.ContainerWanted one = wanted();
        assertThat(one.spec().network()).isEqualTo("host");
        exit(one, 0, "", tar(Map.of("x", "")));
        BuildEvent.ContainerWanted two = wanted();
        assertThat(two.spec().network()).as("the Dockerfile's word").isEqualTo(ContainerSpec.NO_NETWORK);
        exit(two, 0, "", tar(Map.of("y", "")));
        assertThat(build.get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
        CompletableFuture<List<JsonNode>> named = build("network=default&addhost=db:192.0.2.7&addhost=node=host-gateway&shm=96m", Map.of("Dockerfile", "FROM scratch\nRUN [\"/one\"]\n"));
        BuildEvent.ContainerWanted other = wanted();
        assertThat(other.spec().network()).isEqualTo(ContainerSpec.DEFAULT_NETWORK);
        assertThat(other.spec().extraHosts()).containsExactly(new HostEntry("db", Ipv4.parse("192.0.2.7")), new HostEntry("node", null));
        assertThat(other.spec().resources().shm()).isEqualTo(Bytes.mebi(96));
        exit(other, 0, "", tar(Map.of("x", "")));
        List<JsonNode> told = named.get(30, TimeUnit.SECONDS);
        assertThat(told.stream().filter(line -> line.has("missed")).toList().toString()).contains("it has host db:192.0.2.7 now", "it has network host no more");
        assertThat(build("network=host", context).get(30, TimeUnit.SECONDS).stream().filter(event -> event.has("cached"))).hasSize(2);
    }

    @Test
    void whatStepsCannotHaveTogetherIsNamed() throws Exception {
        Map<String, String> context = Map.of("Dockerfile", "FROM scratch\nRUN [\"/one\"]\n");
        assertThat(error(build("network=mine", context))).isEqualTo("network 'mine' is none that steps can have: there are default, none and host");
        assertThat(error(build("shm=1k", context))).startsWith("shm is at least 4 KiB");
        assertThat(error(build("addhost=db", context))).isEqualTo("a further host is a name and an address, as db:192.0.2.7; got 'db'");
        assertThat(error(build("addhost=db:2001:db8::7", context))).contains("2001:db8::7");
        assertThat(error(build("network=host&addhost=db:192.0.2.7", context))).isEqualTo("Dockerfile:2: RUN [\"/one\"]: it has its node's network, and calls hosts as its node does: db can't be added");
        assertThat(error(build("network=none&addhost=db:host-gateway", context))).isEqualTo("Dockerfile:2: RUN [\"/one\"]: without a network there is no way to its node, which host-gateway stands for");
        ImagesOverRest scoped = new ImagesOverRest(service, token.header()).within("ci-17");
        assertThat(scoped.lines("builds?network=host", tar(context)).getLast().path("detail").asText()).isEqualTo("whoever builds within a scope has no network of a node, so that their steps have none");
    }

    @Test
    void oneStepAtATimeHasALockedCache() throws Exception {
        String dockerfile = "FROM scratch\nRUN --mount=type=cache,target=/c,id=alone,sharing=locked [\"/%s\"]\n";
        CompletableFuture<List<JsonNode>> first = build("", Map.of("Dockerfile", dockerfile.formatted("one")));
        BuildEvent.ContainerWanted one = wanted();
        CompletableFuture<List<JsonNode>> second = build("", Map.of("Dockerfile", dockerfile.formatted("two")));
        CompletableFuture<List<JsonNode>> free = build("", Map.of("Dockerfile", dockerfile.formatted("free").replace("locked", "shared")));
        BuildEvent.ContainerWanted next = wanted();
        assertThat(next.spec().command()).as("who shares doesn't wait").containsExactly("/free");
        exit(next, 0, "", tar(Map.of("x", "")));
        free.get(30, TimeUnit.SECONDS);
        exit(one, 0, "", tar(Map.of("x", "")));
        first.get(30, TimeUnit.SECONDS);
        BuildEvent.ContainerWanted two = wanted();
        assertThat(two.spec().command()).containsExactly("/two");
        exit(two, 0, "", tar(Map.of("x", "")));
        assertThat(second.get(30, TimeUnit.SECONDS).getLast().has("image")).isTrue();
    }

    /** Of a layer: name, mode and owner, each with the content. */
    private static Map<String, String> content(ResolvedImage.Layer layer) throws IOException {
        String hex = layer.blob().hex();
        Map<String, String> files = new TreeMap<>();
        try (var in = new GZIPInputStream(Files.newInputStream(Installation.data().resolve("blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex)))) {
            TarReader reader = new TarReader(in);
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                var entry = next.get();
                files.put("%s %o %d:%d".formatted(entry.name(), entry.mode(), entry.uid(), entry.gid()), new String(reader.content().readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }
}
