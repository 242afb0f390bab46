package io.gantry.image.content;

import io.gantry.contracts.unit.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Reads blobs. */
public final class BlobReader {
    private final BlobPaths paths;

    public BlobReader(BlobPaths paths) {
        this.paths = paths;
    }

    /** Empty if there is no such blob. */
    public OptionalLong size(Digest digest) {
        try {
            return OptionalLong.of(Files.size(paths.blob(digest)));
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("the size of blob " + digest, e);
        }
    }

    public Path path(Digest digest) {
        return paths.blob(digest);
    }

    public InputStream open(Digest digest) throws IOException {
        return Files.newInputStream(paths.blob(digest));
    }

    /** The whole blob; for configurations and the like. */
    public byte[] small(Digest digest, int limit) throws IOException {
        try (InputStream in = open(digest)) {
            byte[] data = in.readNBytes(limit + 1);
            if (data.length > limit) {
                throw new IOException("blob " + digest + " has more than " + limit + " bytes");
            }
            return data;
        }
    }
}
