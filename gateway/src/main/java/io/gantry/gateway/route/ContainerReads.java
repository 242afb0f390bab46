package io.gantry.gateway.route;

import io.gantry.gateway.known.KnownContainer;
import io.gantry.gateway.known.LiveContainers;
import io.gantry.kit.version.IfMatch;
import io.gantry.kit.version.Tag;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code GET /api/v1/containers/{ref}} when many ask at the same time: then they ask container-service together what has changed, and each is answered from
 * {@link LiveContainers}, letter by letter as container-service would. Who is alone goes to container-service, which looks up one container instead of
 * telling of all that have changed; so does whoever names none exactly, or wants something special.
 */
@ApplicationScoped
class ContainerReads {
    /** So many at the same time are many. */
    private static final int MANY = 4;
    private static final Duration FRESH = Duration.ofSeconds(2);
    /** It is asked for most often of all. */
    private static final int FIRST = 5;
    private final LiveContainers live;
    private final AtomicInteger underway = new AtomicInteger();

    @Inject
    ContainerReads(LiveContainers live) {
        this.live = live;
    }

    void register(@Observes Router router) {
        router.get("/api/v1/containers/:ref").order(FIRST).handler(this::read);
    }

    private void read(RoutingContext context) {
        if (!isPlain(context.request())) {
            context.next();
            return;
        }
        boolean many = underway.incrementAndGet() >= MANY;
        context.addEndHandler(_ -> underway.decrementAndGet());
        if (live.areFresh(FRESH)) {
            live.now().onComplete(known -> known.map(all -> all.find(context.pathParam("ref"))).otherwise(Optional.empty()).result()
                    .ifPresentOrElse(found -> answer(context, found), context::next));
        } else {
            if (many) {
                // for those to come: it may take longer than to look up one
                live.now();
            }
            context.next();
        }
    }

    /** Nothing is asked for but the container. */
    private static boolean isPlain(HttpServerRequest request) {
        String accept = request.getHeader("Accept");
        return request.query() == null && !request.headers().contains(IfMatch.HEADER) && (accept == null || accept.contains("*/*") || accept.contains("application/json"));
    }

    private static void answer(RoutingContext context, KnownContainer found) {
        context.request().resume();
        context.response()
                .putHeader("Content-Type", "application/json;charset=UTF-8")
                .putHeader(Tag.HEADER, Tag.quoted(found.version()))
                .end(found.json());
    }
}
