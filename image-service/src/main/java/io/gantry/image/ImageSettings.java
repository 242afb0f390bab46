package io.gantry.image;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.time.Duration;

/** Settings of image-service. */
@ConfigMapping(prefix = "gantry.image")
public interface ImageSettings {
    /** Where blobs and uploads lie; one file system, since a finished upload is renamed into place. */
    Path data();

    /** An upload nobody has gone on with for so long is forgotten. */
    Duration uploadLifetime();

    Tls tls();

    Build build();

    /** What a RUN step gets. */
    interface Build {
        /** As {@code 1g}. */
        String memory();

        /** A step that has not begun by then fails: no node, or its layers can't be had. */
        Duration startDeadline();

        /** A step that has not ended by then fails. */
        Duration stepDeadline();
    }

    /** Where agents fetch layers. */
    interface Tls {
        String host();

        /** 0 takes any free port. */
        int port();
    }
}
