package io.gantry.image.report.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.tar.TarFailure;
import io.gantry.contracts.unit.Bytes;
import io.gantry.image.ImageSettings;
import io.gantry.image.content.BlobPaths;
import io.gantry.image.content.BlobReader;
import io.gantry.image.report.core.ImageReport.Read;
import io.gantry.image.report.core.LayerReading;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.jboss.logging.Logger;

/**
 * What was read of layers, kept as files {@code readings/<form>/<hex>}: a layer is read once, whichever images have it. The files go by the blob, not by the
 * digest that a configuration says of its unpacked bytes: that is somebody's word until the blob was read. What is lost or broken is read again; of so many
 * those that were used last stay.
 */
@Singleton
public class LayerReadings {
    /** Another one when more, or something else, is read of a layer. */
    private static final String FORM = "2";

    static final int KEPT = 2000;
    private static final Logger LOG = Logger.getLogger(LayerReadings.class);
    private final Path folder;
    private final BlobReader blobs;
    private final Bytes most;
    private long read;

    @Inject
    LayerReadings(BlobPaths paths, BlobReader blobs, ImageSettings settings) throws IOException {
        this.folder = Files.createDirectories(paths.root().resolve("readings").resolve(FORM));
        this.blobs = blobs;
        this.most = Bytes.parse(settings.archiveLimit());
    }

    /** How many blobs were read since the service began. */
    public synchronized long read() {
        return read;
    }

    /** One at a time; waits as long as it takes to read the layer. */
    public synchronized Read of(ResolvedImage.Layer layer) throws IOException {
        Path file = folder.resolve(layer.blob().hex() + "-" + layer.diffId().hex().substring(0, 16));
        LayerReading known = kept(file);
        if (known != null) {
            return new Read(known, null);
        }
        try {
            read++;
            LayerReading fresh = LayerReader.read(blobs.open(layer.blob()), layer, most);
            keep(file, fresh);
            return new Read(fresh, null);
        } catch (TarFailure e) {
            return new Read(LayerReading.NONE, e.getMessage());
        } catch (NoSuchFileException e) {
            return new Read(LayerReading.NONE, "its bytes are not here any more");
        }
    }

    private static LayerReading kept(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16)) {
            LayerReading known = Json.mapper().readValue(in, LayerReading.class);
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return known;
        } catch (NoSuchFileException unknown) {
            return null;
        } catch (JsonProcessingException | ZipException | EOFException broken) {
            LOG.debugf("%s is broken and is made again: %s", file, broken.getMessage());
            return null;
        }
    }

    private void keep(Path file, LayerReading reading) throws IOException {
        Path draft = Files.createTempFile(folder, "draft", "");
        try {
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(draft), 1 << 16)) {
                Json.mapper().writeValue(out, reading);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
        forget(KEPT);
    }

    /** All but those that were used last. */
    void forget(int kept) throws IOException {
        record Used(Path file, FileTime at) {}
        List<Used> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path each : files) {
                all.add(new Used(each, Files.getLastModifiedTime(each)));
            }
        }
        all.sort(Comparator.comparing(Used::at).reversed());
        for (Used each : all.subList(Math.min(kept, all.size()), all.size())) {
            Files.deleteIfExists(each.file());
        }
    }
}
