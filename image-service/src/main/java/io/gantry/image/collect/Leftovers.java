package io.gantry.image.collect;

import io.gantry.image.Database;
import io.gantry.image.collect.store.Inventories;
import io.gantry.image.content.BlobPaths;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.content.Scratch;
import io.gantry.image.registry.store.RepositoryBlobs;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * What an earlier process left when it was killed, in folders that no other uses: uploads that nobody was told of, bytes that were withdrawn, what was unpacked of archives and for builds. It is seen
 * before anything new begins, so that all of it is nobody's, and goes soon after; what clients can go on with stays. Where it can't go, it does at the next start.
 */
@ApplicationScoped
class Leftovers {
    private static final Logger LOG = Logger.getLogger(Leftovers.class);
    private final Database database;
    private final Inventories inventories;
    private final RepositoryBlobs blobs;
    private final BlobPaths paths;
    private final BlobWriter content;

    /** @param unpacked folders */
    record Seen(List<Path> uploads, List<Path> unpacked) {
        int count() {
            return uploads.size() + unpacked.size();
        }
    }

    @Inject
    Leftovers(Database database, Inventories inventories, RepositoryBlobs blobs, BlobPaths paths, BlobWriter content) {
        this.database = database;
        this.inventories = inventories;
        this.blobs = blobs;
        this.paths = paths;
        this.content = content;
    }

    void start(@Observes StartupEvent started) throws IOException {
        Seen seen = look();
        Thread.ofVirtual().name("leftovers").start(() -> {
            try {
                remove(seen);
            } catch (IOException | RuntimeException e) {
                LOG.warnf("of %d files and folders that an earlier process left, some stay for now: %s", seen.count(), e.getMessage());
            }
        });
    }

    Seen look() throws IOException {
        return new Seen(in(paths.uploads()), Stream.concat(in(paths.loads()).stream(), in(paths.builds()).stream()).toList());
    }

    private static List<Path> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    void remove(Seen seen) throws IOException {
        content.discard();
        seen.unpacked().forEach(folder -> new Scratch(folder).close());
        Set<String> known = database.await(inventories::uploads);
        for (Path upload : seen.uploads()) {
            if (!known.contains(upload.getFileName().toString())) {
                Files.deleteIfExists(upload);
            }
        }
        for (String id : known) {
            // its bytes have become a blob, and nobody was told
            if (!content.exists(id)) {
                database.await(() -> blobs.endUpload(id));
            }
        }
    }
}
