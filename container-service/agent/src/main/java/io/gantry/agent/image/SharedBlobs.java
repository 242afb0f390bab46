package io.gantry.agent.image;

import io.gantry.agent.image.WireLedger.Way;
import io.gantry.contracts.tar.WatchedStream;
import io.gantry.contracts.unit.Digest;
import io.gantry.kernel.files.TreeRemover;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Blobs that this host is fetching, or has just fetched, as other hosts are given them: bytes as they came, from the first on, some of which may still be to come. Not checked: whoever takes one
 * checks its digest. Each is a file in {@code shared-blobs} that goes some minutes after it was wanted last, and at the agent's start.
 */
public final class SharedBlobs {
    static final Duration KEPT = Duration.ofMinutes(3);
    private static final Logger LOG = Logger.getLogger(SharedBlobs.class);
    /** That stays free on the disk; one is given up that would take it. */
    private static final long FREE = 1L << 30;
    /** Between two looks at the disk. */
    private static final long STRIDE = 64 << 20;

    private final Path folder;
    private final InstantSource clock;
    private final WireLedger wire;
    private final Map<Digest, Shared> all = new ConcurrentHashMap<>();

    /** @param folder emptied */
    public SharedBlobs(Path folder, InstantSource clock, WireLedger wire) throws IOException {
        TreeRemover.remove(folder);
        this.folder = Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        this.clock = clock;
        this.wire = wire;
    }

    /** Passes a blob through to who reads it, and keeps what was read. Closed before its end it is given up for others, too. */
    public InputStream through(Digest blob, InputStream body) {
        Shared shared;
        try {
            shared = new Shared(Files.createTempFile(folder, "", ""));
        } catch (IOException e) {
            LOG.warnf("%s can't be passed on: %s", blob, e.getMessage());
            return body;
        }
        drop(blob);
        synchronized (all) {
            all.put(blob, shared);
            all.notifyAll();
        }
        return new WatchedStream(body) {
            @Override
            protected void passed(byte[] data, int from, int length) throws IOException {
                shared.add(data, from, length);
            }

            @Override
            protected void ended() throws IOException {
                shared.finish();
            }

            @Override
            public void close() throws IOException {
                if (!shared.whole()) {
                    shared.giveUp("its own fetch ended in the middle");
                    all.remove(blob, shared);
                }
                in.close();
            }
        };
    }

    /**
     * Its reader waits for what isn't here yet, and fails if that will never be.
     *
     * @param patience for this host's own fetch to begin: who sends others here may be sooner than its answer to us
     * @return empty if it isn't kept
     */
    public Optional<InputStream> open(Digest blob, long from, Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        synchronized (all) {
            for (long left = patience.toMillis(); !all.containsKey(blob) && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                all.wait(left);
            }
        }
        Shared shared = all.get(blob);
        return shared == null ? Optional.empty() : shared.open(from).map(body -> wire.counting(Way.TO_NODES, body));
    }

    /** Nobody is given it any more. */
    void drop(Digest blob) {
        Shared shared = all.remove(blob);
        if (shared != null) {
            shared.giveUp("it isn't what it should be");
        }
    }

    /** Takes away what nobody has wanted lately. */
    public void sweep() {
        Instant then = clock.instant().minus(KEPT);
        all.forEach((blob, shared) -> {
            if (shared.unusedSince(then) && all.remove(blob, shared)) {
                shared.giveUp("it is kept no longer");
            }
        });
    }

    /** One of them: written by one, read by many. */
    private final class Shared {
        private final Path file;
        private final FileChannel out;
        private long written;
        private long nextLook;
        private boolean whole;
        private String gone;
        private int readers;
        private Instant lastUse = clock.instant();

        Shared(Path file) throws IOException {
            this.file = file;
            this.out = FileChannel.open(file, StandardOpenOption.WRITE);
        }

        synchronized void add(byte[] bytes, int from, int length) {
            if (gone != null) {
                return;
            }
            try {
                if (written >= nextLook) {
                    nextLook = written + STRIDE;
                    if (Files.getFileStore(folder).getUsableSpace() < FREE) {
                        giveUp("there is too little room on the disk");
                        return;
                    }
                }
                ByteBuffer rest = ByteBuffer.wrap(bytes, from, length);
                while (rest.hasRemaining()) {
                    out.write(rest);
                }
                written += length;
                lastUse = clock.instant();
                notifyAll();
            } catch (IOException e) {
                giveUp(e.getMessage());
            }
        }

        synchronized void finish() {
            whole = gone == null;
            lastUse = clock.instant();
            notifyAll();
        }

        synchronized boolean whole() {
            return whole;
        }

        synchronized void giveUp(String why) {
            if (gone != null) {
                return;
            }
            gone = why;
            notifyAll();
            try {
                out.close();
                Files.deleteIfExists(file);
            } catch (IOException e) {
                LOG.warnf("%s stays until the agent begins anew: %s", file, e.getMessage());
            }
        }

        synchronized boolean unusedSince(Instant then) {
            return whole && readers == 0 && lastUse.isBefore(then);
        }

        synchronized Optional<InputStream> open(long from) throws IOException {
            if (gone != null) {
                return Optional.empty();
            }
            FileChannel in = FileChannel.open(file, StandardOpenOption.READ).position(from);
            readers++;
            lastUse = clock.instant();
            return Optional.of(new Reader(this, in));
        }

        /** Waits until there is more behind a place. */
        synchronized long end(long at) throws IOException {
            while (at >= written && !whole && gone == null) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted while waiting for more", e);
                }
            }
            if (gone != null) {
                throw new IOException(gone);
            }
            return written;
        }

        synchronized void left() {
            readers--;
            lastUse = clock.instant();
        }
    }

    private static final class Reader extends InputStream {
        private final Shared shared;
        private final FileChannel in;

        Reader(Shared shared, FileChannel in) {
            this.shared = shared;
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            long end = shared.end(in.position());
            return in.position() >= end ? -1 : in.read(ByteBuffer.wrap(into, from, (int) Math.min(length, end - in.position())));
        }

        @Override
        public void close() throws IOException {
            shared.left();
            in.close();
        }
    }
}
