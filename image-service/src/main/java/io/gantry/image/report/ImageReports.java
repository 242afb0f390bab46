package io.gantry.image.report;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ResolvedImage;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Reports of images that are here. One is made at a time, so that memory is bounded however many ask. Waits; not for event loops. */
@Singleton
public class ImageReports {
    /** What the lists of files of an image may take together, in entries. */
    private static final int MOST_FILES = 600_000;

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

    /** @throws Refused if nothing, or several images, are called so */
    public ImageReportView report(String reference) throws IOException, InterruptedException {
        ImageView image = database.await(() -> images.view(reference));
        one.acquire();
        try {
            List<Read> layers = read(image.image());
            return ImageReport.of(reference, image, layers, database.await(images::all), world.now());
        } finally {
            one.release();
        }
    }

    /** @throws Refused if nothing, or several images, are called as one of them is */
    public ImageDiffView diff(String from, String to) throws IOException, InterruptedException {
        ImageView was = database.await(() -> images.view(from));
        ImageView is = database.await(() -> images.view(to));
        one.acquire();
        try {
            return ImageComparison.of(new Side(from, was.image(), read(was.image())), new Side(to, is.image(), read(is.image())));
        } finally {
            one.release();
        }
    }

    private List<Read> read(ResolvedImage image) throws IOException {
        List<Read> layers = new ArrayList<>();
        long files = 0;
        for (ResolvedImage.Layer layer : image.layers()) {
            Read read = readings.of(layer);
            layers.add(read);
            files += read.reading().files().size();
            if (files > MOST_FILES) {
                throw new Refused(
                        ProblemType.TOO_LARGE, image.reference() + " has more than " + MOST_FILES + " files in its first " + layers.size() + " layers, which is the most that a report is made of",
                        "leave files out of it, or look into its layers apart");
            }
        }
        return layers;
    }
}
