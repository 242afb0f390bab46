package io.gantry.gateway.events;

import io.gantry.contracts.view.Items;
import io.gantry.contracts.envelope.Json;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.known.KnownContainer;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.scope.Belongings;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/** What lists hold now, as their own requests would answer, without what isn't the caller's. */
@Singleton
class Snapshots {
    private final Belongings belongings;
    private final PartClient parts;

    @Inject
    Snapshots(Belongings belongings, PartClient parts) {
        this.belongings = belongings;
        this.parts = parts;
    }

    /** JSON in one line, <code>{"items": […]}</code>. */
    Future<Buffer> of(WatchedList list, Caller caller) {
        return switch (list) {
            case CONTAINERS -> belongings.knownContainers(caller).map(Snapshots::joined);
            case NETWORKS -> belongings.networks(caller).map(Snapshots::items);
            case VOLUMES -> belongings.volumes(caller).map(Snapshots::items);
            case IMAGES -> belongings.images(caller).map(Snapshots::items);
            // nobody with a scope comes here
            case DEPLOYMENTS, NODES, RULES -> parts.bytes(Part.SCHEDULER, list.path());
            case BUILDS -> parts.bytes(Part.IMAGE, list.path());
        };
    }

    private static Buffer items(List<?> all) {
        return Buffer.buffer(Json.write(new Items<>(all)));
    }

    /** They are kept as JSON. */
    private static Buffer joined(List<KnownContainer> all) {
        Buffer items = Buffer.buffer("{\"items\":[");
        for (int i = 0; i < all.size(); i++) {
            items.appendString(i == 0 ? "" : ",").appendBuffer(all.get(i).json());
        }
        return items.appendString("]}");
    }
}
