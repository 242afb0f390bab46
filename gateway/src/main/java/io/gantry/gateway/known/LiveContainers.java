package io.gantry.gateway.known;

import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.kit.time.World;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;

/**
 * All containers as they are. They are kept here, and each time somebody wants to know, container-service is asked what has changed since the last time: what
 * was committed before the asking is in the answer, whichever gateway it went by.
 */
@Singleton
public class LiveContainers {
    /** Behind this more may have come and gone than there is. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);
    /** What takes longer to read isn't read on an event loop. */
    private static final int LARGE = 256 * 1024;
    private final PartClient parts;
    private final World world;
    private final Vertx vertx;
    private final SharedQuestion<KnownContainers> question = new SharedQuestion<>(this::bringUpToDate);
    private volatile KnownContainers known = KnownContainers.NONE;
    private volatile Instant upToDate = Instant.MIN;

    @Inject
    LiveContainers(PartClient parts, World world, Vertx vertx) {
        this.parts = parts;
        this.world = world;
        this.vertx = vertx;
    }

    /** Fails as a call to container-service does. Completes on the caller's context. */
    public Future<KnownContainers> now() {
        Context caller = vertx.getOrCreateContext();
        Promise<KnownContainers> promise = Promise.promise();
        question.ask().onComplete(answer -> caller.runOnContext(_ -> promise.handle(answer)));
        return promise.future();
    }

    /** Whether they were brought up to date within that time, so that it takes little to do it again. */
    public boolean areFresh(Duration time) {
        return world.now().minus(time).isBefore(upToDate);
    }

    private Future<KnownContainers> bringUpToDate() {
        Instant begun = world.now();
        String mark = areFresh(FORGOTTEN) ? known.mark() : "";
        return parts.bytes(Part.CONTAINER, "/container-changes?since=" + mark).compose(this::read).map(news -> {
            known = known.after(news);
            upToDate = begun;
            return known;
        });
    }

    private Future<KnownContainers.News> read(Buffer answer) {
        return answer.length() > LARGE
                ? vertx.executeBlocking(() -> NewsReader.read(answer.getBytes()))
                : Future.succeededFuture(NewsReader.read(answer.getBytes()));
    }
}
