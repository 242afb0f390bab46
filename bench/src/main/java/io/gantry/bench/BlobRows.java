package io.gantry.bench;

import io.gantry.bench.image.Layout;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** A registry that many pull from at once, and the memory that this takes. */
final class BlobRows {
    private static final int CLIENTS = 64;
    private static final int RUNS = 3;

    private BlobRows() {}

    static List<Row> of(ImageWays ways, Platform platform, PeerRegistries registries, Layout image, long service) throws Exception {
        String name = ways.push(image, new Measured());
        String path = "/v2/" + name + "/blobs/sha256:" + image.largest().getFileName();
        BlobLoad ours = new BlobLoad(URI.create("http://" + platform.registry() + path), platform.registryAuthorization());
        BlobLoad theirs = new BlobLoad(URI.create("http://" + registries.here() + path), "");
        ours.rate(CLIENTS);
        theirs.rate(CLIENTS);
        Measured rate = new Measured();
        Peak memory = new Peak(service);
        try (memory) {
            for (int i = 0; i < RUNS; i++) {
                rate.ours(ours.rate(CLIENTS));
                rate.of("docker-registry", theirs.rate(CLIENTS));
            }
        }
        ways.removeOurs(name);
        return List.of(
                rate.row(CLIENTS + " at once that pull 100 MB", "MB/s", new Promise.AtLeastRatioTo("docker-registry", 1)),
                Row.of("… resident memory of the services meanwhile, at most", "MiB", new Samples(List.of(memory.mebibytes())), Map.of(), Promise.NONE),
                Row.of("… more than before", "MiB", new Samples(List.of(memory.grown())), Map.of(), new Promise.AtMost(200)));
    }

    /** The most memory that a process had resident while this was open. */
    private static final class Peak implements AutoCloseable {
        private static final long INTERVAL = 50;
        private final Path status;
        private final long before;
        private volatile long most;
        private final AtomicBoolean done = new AtomicBoolean();
        private final Thread watch;

        Peak(long pid) throws IOException {
            status = Path.of("/proc", Long.toString(pid), "statm");
            before = pages();
            most = before;
            watch = Thread.ofPlatform().daemon().start(this::watch);
        }

        private void watch() {
            try {
                while (!done.get()) {
                    most = Math.max(most, pages());
                    Thread.sleep(INTERVAL);
                }
            } catch (IOException | InterruptedException e) {
                most = Long.MAX_VALUE;
            }
        }

        private long pages() throws IOException {
            return Long.parseLong(Files.readString(status).split(" ")[1]);
        }

        double mebibytes() {
            return most * 4096.0 / (1 << 20);
        }

        double grown() {
            return (most - before) * 4096.0 / (1 << 20);
        }

        @Override
        public void close() throws InterruptedException {
            done.set(true);
            watch.join();
        }
    }
}
