package io.gantry.image.report;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.ResolvedImage.Layer;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.view.ImageDiffView;
import io.gantry.contracts.view.ImageReportView;
import io.gantry.contracts.view.ImageView;
import io.gantry.image.Database;
import io.gantry.image.reference.store.Images;
import io.gantry.image.report.core.ImageComparison;
import io.gantry.image.report.core.ImageComparison.Side;
import io.gantry.image.report.core.ImageReport;
import io.gantry.image.report.core.ImageReport.Read;
import io.gantry.image.report.read.LayerReadings;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Reports of images that are here. One is made at a time, so that memory is bounded however many ask. Waits; not for event loops. */
@Singleton
public class ImageReports {
    /** What a file takes in memory while an answer is made, measured with paths of 70 characters. */
    private static final int BYTES_OF_A_FILE = 450;

    /** For one answer: they may take a third of the memory. */
    private static final long MOST_FILES = Runtime.getRuntime().maxMemory() / 3 / BYTES_OF_A_FILE;

    private final Database database;
    private final Images images;
    private final LayerReadings readings;
    private final World world;
    private final Semaphore one = new Semaphore(1, true);

    @Inject
    ImageReports(Database database, Images images, LayerReadings readings, World world) {
        this.database = database;
        this.images = images;
        this.readings = readings;
        this.world = world;
    }

    /**
     * @param scope of who asks: nothing is told of images that they may not use
     * @throws Refused if nothing, or several images, are called so
     */
    public ImageReportView report(String reference, Optional<Scope> scope) throws IOException, InterruptedException {
        ImageView image = usable(reference, scope);
        one.acquire();
        try {
            List<Read> layers = read(image.image(), new HashMap<>());
            List<ImageView> all = database.await(images::all).stream().filter(each -> mayUse(each, scope)).toList();
            return ImageReport.of(reference, image, layers, all, world.now());
        } finally {
            one.release();
        }
    }

    /** @throws Refused if nothing, or several images, are called as one of them is */
    public ImageDiffView diff(String from, String to, Optional<Scope> scope) throws IOException, InterruptedException {
        ImageView was = usable(from, scope);
        ImageView is = usable(to, scope);
        one.acquire();
        try {
            Map<Layer, Read> known = new HashMap<>();
            return ImageComparison.of(new Side(from, was.image(), read(was.image(), known)), new Side(to, is.image(), read(is.image(), known)));
        } finally {
            one.release();
        }
    }

    private ImageView usable(String reference, Optional<Scope> scope) {
        ImageView image = database.await(() -> images.view(reference));
        if (!mayUse(image, scope)) {
            throw Images.unknown(reference);
        }
        return image;
    }

    private static boolean mayUse(ImageView image, Optional<Scope> scope) {
        return scope.map(one -> one.mayUse(image.image().config().labels())).orElse(true);
    }

    /** @param known what was read for this answer already, to which is added what is read now */
    private List<Read> read(ResolvedImage image, Map<Layer, Read> known) throws IOException {
        long files = known.values().stream().mapToLong(each -> each.reading().files().size()).sum();
        for (Layer layer : image.layers()) {
            if (!known.containsKey(layer)) {
                Read read = readings.of(layer);
                known.put(layer, read);
                files += read.reading().files().size();
            }
            if (files > MOST_FILES) {
                throw new Refused(
                        ProblemType.TOO_LARGE, "up to its layer " + (image.layers().indexOf(layer) + 1) + ", " + image.reference() + " has more than " + MOST_FILES + " files, which is the most that is told of in this memory",
                        "leave files out of it, or give image-service a larger heap");
            }
        }
        return image.layers().stream().map(known::get).toList();
    }
}
