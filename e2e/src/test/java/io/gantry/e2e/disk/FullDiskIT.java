package io.gantry.e2e.disk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.stage.Busybox;
import io.gantry.e2e.stage.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One host with a small disk, whose agent takes away layers by itself. */
class FullDiskIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path HOME = Path.of("target/full-disk").toAbsolutePath();
    private static final Stage STAGE = new Stage(ROOT, HOME, 8000, "gantryd", "10.83.0", 24, 1);
    /** Beside the installation, which would say that its mount is left; the host's folder leads there. */
    private static final Path SMALL = HOME.resolveSibling("small-disk");
    private static final Path BALLAST = SMALL.resolve("ballast");
    private static final int MEBI = 1 << 20;
    /** Of the disk, and of each image that comes to it; agents leave 256 MiB free when they fetch. */
    private static final int ROOM = 600 * MEBI;
    private static final int LARGE = 45 * MEBI;
    /** The agent looks each minute. */
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    @BeforeAll
    static void start() throws IOException {
        clear();
        Files.createDirectories(SMALL);
        STAGE.commands().run("mount", "-t", "tmpfs", "-o", "size=" + ROOM, "small", SMALL.toString());
        Files.createDirectories(HOME.resolve("data"));
        Files.createSymbolicLink(HOME.resolve("data/agent-1"), SMALL);
        STAGE.gantry("up", "--hosts", "1");
        Busybox.push(STAGE);
    }

    @AfterAll
    static void stop() {
        clear();
    }

    private static void clear() {
        STAGE.gantry("down", "--data");
        STAGE.commands().run("bash", "-c", "! mountpoint -q " + SMALL + " || umount -R " + SMALL);
    }

    @Test
    void theLongestUnusedLayerGoesNeverOneThatRunsOrIsWantedAheadAndComesAgain() throws IOException {
        Map<String, String> layers = new TreeMap<>();
        for (String name : new String[] {"runs", "wanted", "older", "younger"}) {
            layers.put(name, build(name));
        }
        STAGE.gantry("run", "-d", "--name", "runs", "disk/runs:1", "sleep", "10000");
        STAGE.gantry("image", "prefetch", "disk/wanted:1", "--all");
        for (String name : new String[] {"older", "younger"}) {
            STAGE.gantry("run", "--rm", "disk/" + name + ":1", "true");
        }
        String whole = STAGE.gantry("run", "--rm", "disk/older:1", "busybox", "sha256sum", "/noise");
        assertThat(here(layers)).containsExactly("older", "runs", "wanted", "younger");
        // as if hours had passed, which the next agent reads from the disk: those that must stay are the longest unused
        STAGE.gantry("host", "kill", "1");
        unusedFor(layers.get("runs"), 5);
        unusedFor(layers.get("wanted"), 4);
        unusedFor(layers.get("older"), 3);
        unusedFor(layers.get("younger"), 2);
        STAGE.gantry("host", "start", "1");

        long used = Files.getFileStore(SMALL).getTotalSpace() - Files.getFileStore(SMALL).getUsableSpace();
        STAGE.commands().run("fallocate", "-l", Long.toString(ROOM / 100 * 86 - used), BALLAST.toString());
        assertThat(percent()).as("fuller than the mark, by what somebody else has there").isGreaterThan(85);
        Expect.eventually(PATIENCE, () -> {
            Expect.that(percent() <= 85, "it is full to " + percent() + " %, with " + here(layers));
            return layers;
        });

        assertThat(here(layers)).containsExactly("runs", "wanted", "younger");
        Files.delete(BALLAST);
        assertThat(STAGE.gantry("exec", "runs", "busybox", "sha256sum", "/noise")).as("what runs has its files").endsWith("/noise");
        long before = fetched();
        assertThat(STAGE.gantry("run", "--rm", "disk/older:1", "busybox", "sha256sum", "/noise")).isEqualTo(whole);
        assertThat(here(layers)).contains("older");
        Expect.eventually(Duration.ofSeconds(30), () -> {
            Expect.that(fetched() - before >= LARGE, "only " + (fetched() - before) + " bytes were fetched again");
            return before;
        });
    }

    /** @return the diff id, in hex, of the layer with so much noise in it */
    private static String build(String name) throws IOException {
        Path context = Files.createTempDirectory(HOME, "context");
        byte[] noise = new byte[LARGE];
        new Random(name.hashCode()).nextBytes(noise);
        Files.write(context.resolve("noise"), noise);
        Files.writeString(context.resolve("Dockerfile"), "FROM " + Busybox.IMAGE + "\nCOPY noise /noise\n");
        STAGE.gantry("build", "-t", "disk/" + name + ":1", context.toString());
        JsonNode layers = STAGE.rest().get("/images/disk/" + name + ":1").path("image").path("layers");
        return layers.path(layers.size() - 1).path("diffId").asText().substring("sha256:".length());
    }

    private static void unusedFor(String layer, int hours) throws IOException {
        Files.setLastModifiedTime(SMALL.resolve("layer-uses").resolve(layer), FileTime.from(Instant.now().minus(Duration.ofHours(hours))));
    }

    /** Names of the images whose layer of noise is on the disk, in order. */
    private static List<String> here(Map<String, String> layers) {
        try (Stream<Path> files = Files.list(SMALL.resolve("layers"))) {
            List<String> found = files.map(each -> each.getFileName().toString().replaceAll("\\..*", "")).toList();
            return layers.entrySet().stream().filter(each -> found.contains(each.getValue())).map(Map.Entry::getKey).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double percent() {
        try {
            var store = Files.getFileStore(SMALL);
            return 100.0 - 100.0 * store.getUsableSpace() / store.getTotalSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long fetched() {
        JsonNode wire = STAGE.rest().get("/sharing").path("nodes").path(0).path("wire");
        return wire.path("fromRegistry").asLong() + wire.path("fromNodes").asLong();
    }
}
