package io.gantry.gateway.route;

import java.util.List;
import java.util.Optional;

/** Which public path belongs to which service. */
final class RouteTable {
    record Target(Part part, String path) {}

    private record Entry(String prefix, Part part, String target) {}

    private static final List<Entry> ENTRIES =
            List.of(
                    api("containers", Part.CONTAINER),
                    api("join-tokens", Part.CONTAINER),
                    api("nodes", Part.SCHEDULER),
                    api("deployments", Part.SCHEDULER),
                    api("rules", Part.SCHEDULER),
                    api("networks", Part.NETWORK),
                    api("endpoints", Part.NETWORK),
                    api("ports", Part.NETWORK),
                    api("images", Part.IMAGE),
                    api("tags", Part.IMAGE),
                    api("builds", Part.IMAGE),
                    new Entry("/v2", Part.IMAGE, "/image-service/v2"));

    private RouteTable() {}

    /** @param path normalized, without query */
    static Optional<Target> find(String path) {
        return ENTRIES.stream()
                .filter(entry -> path.equals(entry.prefix()) || path.startsWith(entry.prefix() + "/"))
                .findFirst()
                .map(entry -> new Target(entry.part(), entry.target() + path.substring(entry.prefix().length())));
    }

    /** What {@code GET /api/v1} lists. */
    static List<String> prefixes() {
        return ENTRIES.stream().map(Entry::prefix).toList();
    }

    private static Entry api(String resource, Part part) {
        return new Entry("/api/v1/" + resource, part, "/" + part.title() + "/" + resource);
    }
}
