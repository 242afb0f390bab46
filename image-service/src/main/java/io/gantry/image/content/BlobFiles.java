package io.gantry.image.content;

import io.gantry.contracts.unit.Digest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What lies on the disk, whatever the database says. */
public final class BlobFiles {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private final BlobPaths paths;

    public BlobFiles(BlobPaths paths) {
        this.paths = paths;
    }

    /** @param writtenAt when somebody sent or made it last */
    public record Found(Digest digest, long size, Instant writtenAt) {}

    /** All blobs. What comes or goes meanwhile may be missing. */
    public List<Found> all() throws IOException {
        List<Found> all = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(paths.root().resolve("blobs/sha256"))) {
            for (Path folder : folders) {
                add(folder, all);
            }
        }
        return all;
    }

    private static void add(Path folder, List<Found> all) throws IOException {
        try (DirectoryStream<Path> blobs = Files.newDirectoryStream(folder)) {
            for (Path blob : blobs) {
                if (HEX.matcher(blob.getFileName().toString()).matches()) {
                    BasicFileAttributes known = Files.readAttributes(blob, BasicFileAttributes.class);
                    all.add(new Found(Digest.ofHex(blob.getFileName().toString()), known.size(), known.lastModifiedTime().toInstant()));
                }
            }
        } catch (NoSuchFileException gone) {
            // somebody removed it meanwhile
        }
    }

    /** Uploads that nobody has written to since then; when the service is killed, some are left whom nobody knows. */
    public void removeUploads(Instant before, Predicate<String> unknown) throws IOException {
        try (DirectoryStream<Path> uploads = Files.newDirectoryStream(paths.uploads())) {
            for (Path upload : uploads) {
                if (unknown.test(upload.getFileName().toString()) && Files.getLastModifiedTime(upload).toInstant().isBefore(before)) {
                    Files.deleteIfExists(upload);
                }
            }
        } catch (NoSuchFileException gone) {
            // it has become a blob meanwhile
        }
    }

    /** How much of the disk is taken, by whomever, from 0 to 100. */
    public int percentTaken() throws IOException {
        FileStore disk = Files.getFileStore(paths.root());
        long total = disk.getTotalSpace();
        return total == 0 ? 0 : (int) (100 - 100 * disk.getUsableSpace() / total);
    }
}
