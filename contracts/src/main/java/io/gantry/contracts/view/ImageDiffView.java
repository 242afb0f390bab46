package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageReportView.Source;
import java.util.List;

/**
 * What differs between two images: from the one to the other.
 *
 * @param from as it was asked for
 * @param layers of the other, the lowest first
 * @param toFetch bytes, as stored, that a node with the one must still fetch for the other
 * @param unreadable layers of either of which nobody can say what is in them, with why: their files are missing here
 */
public record ImageDiffView(
        @Always String from, @Always String to, @Always List<Layer> layers, @Always Bytes toFetch, @Always Files added, @Always Files removed, @Always Files changed, @Always List<Setting> settings,
        @Always List<PackageChange> packages, @Always List<String> unreadable) {
    public ImageDiffView {
        layers = List.copyOf(layers);
        settings = List.copyOf(settings);
        packages = List.copyOf(packages);
        unreadable = List.copyOf(unreadable);
    }

    /** @param shared the one has it, too */
    public record Layer(@Always Digest diffId, @Always Bytes size, boolean shared) {}

    /**
     * Files and links; of folders only that they are there.
     *
     * @param bytes by which the image is larger for them, negative if it is smaller
     * @param first the largest ones, at most 1000
     */
    public record Files(int count, long bytes, @Always List<File> first) {
        public Files {
            first = List.copyOf(first);
        }
    }

    /** @param before {@code null} if it wasn't there, {@code after} if it isn't any more */
    public record File(@Always String path, Bytes before, Bytes after) {}

    /**
     * How containers of it run: a variable, a port, a label, the user and so on. What is a secret has stars in its place.
     *
     * @param name {@code env.PATH}, {@code label.a}, {@code port.80/tcp}, {@code user}
     * @param before {@code null} if it wasn't there
     * @param after {@code null} if it isn't any more
     */
    public record Setting(@Always String name, String before, String after) {}

    /** @param before versions, joined by commas; {@code null} if it wasn't there */
    public record PackageChange(@Always Source source, @Always String name, String before, String after) {}
}
