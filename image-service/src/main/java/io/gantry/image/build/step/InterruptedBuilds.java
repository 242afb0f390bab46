package io.gantry.image.build.step;

import io.gantry.contracts.id.BuildId;
import io.gantry.image.Database;
import io.gantry.image.build.store.Builds;
import io.gantry.kit.time.World;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Instant;
import org.jboss.logging.Logger;

/** Builds that a restart of this service cut off have failed; what they asked for is given back. */
@ApplicationScoped
class InterruptedBuilds {
    private static final Logger LOG = Logger.getLogger(InterruptedBuilds.class);

    void start(@Observes StartupEvent started, Database database, Builds builds, World world) {
        Instant start = world.now();
        Thread.ofVirtual().start(() -> {
            try {
                // what runs and was begun before now was begun by an earlier process
                for (BuildId id : database.await(() -> builds.runningSince(start))) {
                    database.await(() -> builds.fail(id, 0, "image-service was restarted; build again", null, Builds.Course.NONE));
                }
                database.await(builds::giveBackAll);
            } catch (RuntimeException e) {
                LOG.errorf(e, "interrupted builds are not cleaned up");
            }
        });
    }
}
