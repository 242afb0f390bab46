package io.gantry.image.registry.store;

import io.gantry.image.Database;
import io.gantry.image.ImageSettings;
import io.gantry.image.content.BlobWriter;
import io.gantry.kit.time.World;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Uploads that nobody goes on with are removed, at the start and then hourly. */
@ApplicationScoped
class ForgottenUploads {
    private static final Logger LOG = Logger.getLogger(ForgottenUploads.class);
    private static final Duration EVERY = Duration.ofHours(1);
    private final Vertx vertx;
    private final Database database;
    private final RepositoryBlobs blobs;
    private final BlobWriter content;
    private final ImageSettings settings;
    private final World world;

    @Inject
    ForgottenUploads(
            Vertx vertx, Database database, RepositoryBlobs blobs, BlobWriter content, ImageSettings settings, World world) {
        this.vertx = vertx;
        this.database = database;
        this.blobs = blobs;
        this.content = content;
        this.settings = settings;
        this.world = world;
    }

    void start(@Observes StartupEvent started) {
        Thread.ofVirtual().start(this::remove);
        vertx.setPeriodic(EVERY.toMillis(), _ -> Thread.ofVirtual().start(this::remove));
    }

    private void remove() {
        try {
            for (String id : database.await(() -> blobs.forgetUploadsBefore(world.now().minus(settings.uploadLifetime())))) {
                content.cancel(id);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warnf("forgotten uploads stay for now: %s", e.getMessage());
        }
    }
}
