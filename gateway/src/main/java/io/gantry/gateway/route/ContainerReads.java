package io.gantry.gateway.route;

import io.gantry.gateway.known.KnownContainer;
import io.gantry.gateway.known.LiveContainers;
import io.gantry.kit.version.IfMatch;
import io.gantry.kit.version.Tag;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code GET /api/v1/containers/{ref}} when many ask at the same time: then they ask container-service together what has changed, and each is answered from
 * {@link LiveContainers}, letter by letter as container-service would. Who is alone goes to container-service, which looks up one container instead of
 * telling of all that have changed; so does whoever names none exactly, or wants something special.
 */
@Singleton
class ContainerReads {
    private static final String CONTAINERS = "/api/v1/containers/";
    /** So many at the same time are many. */
    private static final int MANY = 4;
    private static final Duration FRESH = Duration.ofSeconds(2);
    private final LiveContainers live;
    private final AtomicInteger underway = new AtomicInteger();

    @Inject
    ContainerReads(LiveContainers live) {
        this.live = live;
    }

    /** @param otherwise goes to the service; for all other requests, too */
    void read(RoutingContext context, String path, Runnable otherwise) {
        if (!path.startsWith(CONTAINERS) || path.indexOf('/', CONTAINERS.length()) > 0 || !isPlain(context.request())) {
            otherwise.run();
            return;
        }
        boolean many = underway.incrementAndGet() >= MANY;
        context.addEndHandler(_ -> underway.decrementAndGet());
        if (live.areFresh(FRESH)) {
            String ref = path.substring(CONTAINERS.length());
            live.now().onComplete(known -> known.map(all -> all.find(ref)).otherwise(Optional.empty()).result()
                    .ifPresentOrElse(found -> answer(context, found), otherwise));
        } else {
            if (many) {
                // for those to come: it may take longer than to look up one
                live.now();
            }
            otherwise.run();
        }
    }

    /** Nothing is asked for but the container. */
    private static boolean isPlain(HttpServerRequest request) {
        String accept = request.getHeader("Accept");
        return request.method().equals(HttpMethod.GET) && request.query() == null && !request.headers().contains(IfMatch.HEADER)
                && (accept == null || accept.contains("*/*") || accept.contains("application/json"));
    }

    private static void answer(RoutingContext context, KnownContainer found) {
        context.request().resume();
        context.response()
                .putHeader("Content-Type", "application/json;charset=UTF-8")
                .putHeader(Tag.HEADER, Tag.quoted(found.version()))
                .end(found.json());
    }
}
