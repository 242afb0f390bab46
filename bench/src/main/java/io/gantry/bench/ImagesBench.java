package io.gantry.bench;

import io.gantry.bench.image.Contents;
import io.gantry.bench.image.Layout;
import io.gantry.bench.peer.Engines;
import io.gantry.bench.peer.Rootfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The way of images: pushed into a registry, from there to a host, built; beside Docker's engine and Podman, each with Debian's docker-registry. Each run has an image that nobody
 * has seen. Gantry's time ends when a container of the image runs, the peers' when the image is unpacked.
 */
final class ImagesBench {
    private static final int MOST_RUNS = 5;
    private static final int MEGABYTE = 1 << 20;
    private static final int SHARING = 20;
    private final Path folder;
    private final int runs;
    private final long seed = System.nanoTime();
    private int made;

    ImagesBench(Path folder, int runs) {
        this.folder = folder;
        this.runs = Math.min(runs, MOST_RUNS);
    }

    List<Row> run() throws Exception {
        Platform platform = Platform.ofEnvironment().orElseThrow(() -> new IllegalStateException("no Gantry runs here: ./gantry up first"));
        Path rootfs = Rootfs.make(folder.resolve("rootfs"));
        platform.pushImage(rootfs, folder);
        Path base = folder.resolve("layer.tar");
        List<Row> rows = new ArrayList<>();
        try (Engines engines = Engines.installed(folder, rootfs);
                PeerRegistries registries = PeerRegistries.start(engines, folder.resolve("registries"))) {
            ImageWays ways = new ImageWays(platform, engines, registries);
            rows.addAll(new BuildRows(engines, folder.resolve("build"), runs).rows());
            rows.addAll(much(ways, base));
            rows.add(small(ways, base));
            rows.add(sharing(ways, base));
            rows.addAll(BlobRows.of(ways, platform, registries, layout(base, List.of(contents("much", 50, 4 * MEGABYTE))), Platform.gatewayPid()));
        }
        return rows;
    }

    /** 300 MB in five layers: pushed, pulled, and pulled again where nothing is to be done. */
    private List<Row> much(ImageWays ways, Path base) throws Exception {
        Measured push = new Measured();
        Measured pull = new Measured();
        Measured again = new Measured();
        for (int i = 0; i < runs; i++) {
            Layout image = layout(base, IntStream.range(0, 5).mapToObj(n -> contents("layer" + n, 15, 4 * MEGABYTE)).toList());
            String name = ways.push(image, push);
            ways.pull(name, pull);
            ways.pullAgain(name, again);
            ways.pushByDocker(name, push);
            ways.remove(name);
        }
        return List.of(
                push.row("push of 300 MB in 5 layers, by skopeo", "ms", new Promise.AtMostRatioTo("docker push", 0.5)),
                pull.row("pull of 300 MB in 5 layers to a host", "ms", new Promise.AtMostRatioToBest(0.5)),
                again.row("pull where nothing is to be done", "ms", new Promise.AtMost(30)));
    }

    private Row small(ImageWays ways, Path base) throws Exception {
        Measured pull = new Measured();
        for (int i = 0; i < runs; i++) {
            Layout image = layout(base, IntStream.range(0, 3).mapToObj(n -> contents("layer" + n, 10_000, 3500)).toList());
            String name = ways.push(image, new Measured());
            ways.pull(name, pull);
            ways.remove(name);
        }
        return pull.row("pull of 30,000 small files to a host", "ms", new Promise.AtMostRatioToBest(0.25));
    }

    /** Twenty images with four layers in common and one of their own. */
    private Row sharing(ImageWays ways, Path base) throws Exception {
        List<Contents> common = IntStream.range(0, 4).mapToObj(n -> contents("common" + n, 4, MEGABYTE)).toList();
        long bytesNew = 0;
        long before = ImageWays.bytesReadByAgents();
        for (int i = 0; i < SHARING; i++) {
            List<Contents> all = new ArrayList<>(common);
            all.add(contents("own", 4, MEGABYTE));
            Layout image = layout(base, all);
            bytesNew += i == 0 ? image.layers().stream().mapToLong(Long::longValue).sum() : image.layers().getLast();
            String name = ways.pushOurs(image, new Measured());
            ways.pullOurs(name, new Measured());
            ways.removeOurs(name);
        }
        double moved = (double) (ImageWays.bytesReadByAgents() - before) / bytesNew;
        return Row.of("20 images, 80 % in common: bytes that hosts read of bytes that are new", "x", new Samples(List.of(moved)), Map.of(), new Promise.AtMost(1.1));
    }

    private Layout layout(Path base, List<Contents> contents) throws IOException {
        return Layout.make(Files.createTempDirectory(folder, "layout"), base, contents);
    }

    private Contents contents(String name, int files, int bytes) {
        return new Contents(seed + made++, name, files, bytes);
    }
}
