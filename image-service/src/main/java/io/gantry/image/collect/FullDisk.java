package io.gantry.image.collect;

import io.gantry.contracts.view.CollectionView;
import io.gantry.image.ImageSettings;
import io.gantry.image.content.BlobFiles;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Collects by itself when the disk has become full to a mark; now and then it looks how full it is, which costs one system call. */
@ApplicationScoped
class FullDisk {
    private static final Logger LOG = Logger.getLogger(FullDisk.class);
    private final Vertx vertx;
    private final Collector collector;
    private final BlobFiles files;
    private final ImageSettings.Collect settings;

    @Inject
    FullDisk(Vertx vertx, Collector collector, BlobFiles files, ImageSettings settings) {
        this.vertx = vertx;
        this.collector = collector;
        this.files = files;
        this.settings = settings.collect();
    }

    void start(@Observes StartupEvent started) {
        Duration every = settings.every();
        if (every.isPositive()) {
            vertx.setPeriodic(every.toMillis(), _ -> Thread.ofVirtual().name("collector").start(this::look));
        }
    }

    /** @return whether it collected */
    boolean look() {
        try {
            int taken = files.percentTaken();
            if (taken < settings.watermark()) {
                return false;
            }
            CollectionView done = collector.collect(new Collector.Wanted(false, settings.grace(), false, false));
            LOG.infof("the disk was full to %d %%: %d manifests and %d blobs that nothing led to are gone, %s freed", taken, done.manifests().size(), done.blobs().size(), done.freed());
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.warnf("what nothing leads to stays for now: %s", e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
