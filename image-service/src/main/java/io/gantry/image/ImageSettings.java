package io.gantry.image;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings of image-service. */
@ConfigMapping(prefix = "gantry.image")
public interface ImageSettings {
    /** Where blobs and uploads lie; one file system, since a finished upload is renamed into place. */
    Path data();

    /** An upload nobody has gone on with for so long is forgotten. */
    Duration uploadLifetime();

    /** No archive that is sent, a build's context among them, may unpack to more; as {@code 20g}. */
    String archiveLimit();

    Registries registries();

    Tls tls();

    Build build();

    Collect collect();

    /** Other registries. */
    interface Registries {
        /**
         * Where images whose name says no registry are pulled from when they aren't here: {@code host[:port]}, and folders if their names stand below
         * some. Absent: nowhere.
         */
        @WithName("default")
        Optional<String> unnamed();

        /** {@code host[:port]} of those that may be asked without TLS; this machine's own always may. */
        Optional<List<String>> insecure();

        /**
         * A {@code config.json} of Docker's: who the platform is at other registries when whoever pulls doesn't say who they are, and for what builds are from. Absent: nobody.
         */
        Optional<Path> config();

        /** Those whose images are had through our own registry, each under a first part of names: {@code hub=registry.example.com} makes hub/shop/web of its shop/web. */
        Map<String, String> mirrors();

        /** What a tag of a mirrored registry means is compared with what it means there once it is older. */
        Duration mirrorAge();

        /** Before a registry that answered before, and doesn't now, is asked again; twice as long each time. */
        Duration retryPause();
    }

    /** When what nothing leads to goes by itself. */
    interface Collect {
        /** How often it is looked how full the disk is; zero turns it off, so that it goes only when somebody asks. */
        Duration every();

        /** From so many percent of the disk on, whoever has taken them; 0 for always. */
        int watermark();

        /** Nothing must have led for so long to what goes: longer than a push takes, and than a node needs to fetch what it was told to run. */
        Duration grace();
    }

    /** What a RUN step gets. */
    interface Build {
        /** As {@code 1g}. */
        String memory();

        /** A step that has not begun by then fails: no node, or its layers can't be had. */
        Duration startDeadline();

        /** A step that has not ended by then fails. */
        Duration stepDeadline();

        /** Steps of one build that go at once, at most; 1 for one after the other. */
        int parallel();
    }

    /** Where agents fetch layers. */
    interface Tls {
        String host();

        /** 0 takes any free port. */
        int port();
    }
}
