package io.gantry.image.content;

import io.gantry.image.ImageSettings;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;

/** The blob store of this installation: a folder. */
@Singleton
final class BlobStorage {
    @Produces
    @Singleton
    BlobPaths paths(ImageSettings settings) {
        return new BlobPaths(settings.data().toAbsolutePath());
    }

    @Produces
    @Singleton
    BlobReader reader(BlobPaths paths) {
        return new BlobReader(paths);
    }

    @Produces
    @Singleton
    BlobFiles files(BlobPaths paths) {
        return new BlobFiles(paths);
    }

    @Produces
    @Singleton
    BlobWriter writer(BlobPaths paths) throws IOException {
        return new BlobWriter(paths);
    }
}
