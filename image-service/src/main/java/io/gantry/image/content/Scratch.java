package io.gantry.image.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.jboss.logging.Logger;

/** A folder that goes with all that is in it. */
public record Scratch(Path folder) implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Scratch.class);

    /** @param parent is made, if it isn't there */
    public static Scratch in(Path parent) throws IOException {
        return new Scratch(Files.createTempDirectory(Files.createDirectories(parent), ""));
    }

    @Override
    public void close() {
        try (var all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            LOG.warnf("%s stays: %s", folder, e.getMessage());
        }
    }
}
