package io.gantry.gateway.route;

import java.util.List;
import java.util.Optional;

/** Which public path belongs to which service. */
final class RouteTable {
    /** No JSON that we take is larger. */
    private static final long JSON_BYTES = 4 << 20;

    /** @param largest body that is handed on, in bytes */
    record Target(Part part, String path, long largest) {}

    private record Entry(String prefix, Part part, String target, long largest) {}

    private static final List<Entry> ENTRIES =
            List.of(
                    api("containers", Part.CONTAINER),
                    api("join-tokens", Part.CONTAINER),
                    api("volumes", Part.CONTAINER),
                    api("secrets", Part.CONTAINER),
                    api("configs", Part.CONTAINER),
                    api("nodes", Part.SCHEDULER),
                    api("deployments", Part.SCHEDULER),
                    api("rules", Part.SCHEDULER),
                    api("networks", Part.NETWORK),
                    api("endpoints", Part.NETWORK),
                    api("ports", Part.NETWORK),
                    api("images", Part.IMAGE),
                    api("tags", Part.IMAGE),
                    // layers and build contexts are as large as they are
                    new Entry("/api/v1/builds", Part.IMAGE, "/image-service/builds", Long.MAX_VALUE),
                    new Entry("/v2", Part.IMAGE, "/image-service/v2", Long.MAX_VALUE));

    private RouteTable() {}

    /** @param path normalized, without query */
    static Optional<Target> find(String path) {
        return ENTRIES.stream()
                .filter(entry -> path.equals(entry.prefix()) || path.startsWith(entry.prefix() + "/"))
                .findFirst()
                .map(entry -> new Target(entry.part(), entry.target() + path.substring(entry.prefix().length()), entry.largest()));
    }

    /** What {@code GET /api/v1} lists. */
    static List<String> prefixes() {
        return ENTRIES.stream().map(Entry::prefix).toList();
    }

    private static Entry api(String resource, Part part) {
        return new Entry("/api/v1/" + resource, part, "/" + part.title() + "/" + resource, JSON_BYTES);
    }
}
