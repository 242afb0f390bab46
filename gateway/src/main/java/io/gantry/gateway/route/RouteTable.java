package io.gantry.gateway.route;

import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which public path belongs to which service. */
final class RouteTable {
    /** No JSON that we take is larger. */
    private static final long JSON_BYTES = 4 << 20;

    private static final Pattern OF_ALL_LAYERS = Pattern.compile("/api/v1/images/.+/(?:report|diff|check)");

    /**
     * @param largest body that is handed on, in bytes
     * @param waits the answer may come late, and nothing of it before: its service waits for what was asked, and knows how long
     */
    record Target(Part part, String path, long largest, boolean waits) {}

    private record Entry(String prefix, Part part, String target, long largest, boolean waits) {
        /** A bare look is answered at once, unless all of an image is read for it. */
        Target of(HttpMethod method, String path, boolean wait) {
            boolean late = waits && (wait || method != HttpMethod.GET) || OF_ALL_LAYERS.matcher(path).matches();
            return new Target(part, target + path.substring(prefix.length()), largest, late);
        }
    }

    private static final List<Entry> ENTRIES =
            List.of(
                    waiting("containers", Part.CONTAINER),
                    api("join-tokens", Part.CONTAINER),
                    api("volumes", Part.CONTAINER),
                    api("secrets", Part.CONTAINER),
                    api("configs", Part.CONTAINER),
                    api("nodes", Part.SCHEDULER),
                    waiting("deployments", Part.SCHEDULER),
                    api("rules", Part.SCHEDULER),
                    waiting("prefetches", Part.SCHEDULER),
                    api("networks", Part.NETWORK),
                    api("endpoints", Part.NETWORK),
                    api("ports", Part.NETWORK),
                    // all that there is is looked at
                    waiting("images/gc", Part.IMAGE),
                    api("images", Part.IMAGE),
                    waiting("retentions", Part.IMAGE),
                    api("image-rules", Part.IMAGE),
                    api("image-waivers", Part.IMAGE),
                    api("tags", Part.IMAGE),
                    // layers and build contexts are as large as they are
                    new Entry("/api/v1/builds", Part.IMAGE, "/image-service/builds", Long.MAX_VALUE, false),
                    new Entry("/api/v1/archives", Part.IMAGE, "/image-service/archives", Long.MAX_VALUE, true),
                    new Entry("/api/v1/imports", Part.IMAGE, "/image-service/imports", Long.MAX_VALUE, true),
                    // an answer comes when it comes: what is told meanwhile is told at once
                    waiting("pulls", Part.IMAGE),
                    waiting("pushes", Part.IMAGE),
                    waiting("registries", Part.IMAGE),
                    new Entry("/v2", Part.IMAGE, "/image-service/v2", Long.MAX_VALUE, false));

    private RouteTable() {}

    /**
     * @param path normalized, without query
     * @param wait the query asks to wait
     */
    static Optional<Target> find(HttpMethod method, String path, boolean wait) {
        return ENTRIES.stream()
                .filter(entry -> path.equals(entry.prefix()) || path.startsWith(entry.prefix() + "/"))
                .findFirst()
                .map(entry -> entry.of(method, path, wait));
    }

    /** What {@code GET /api/v1} lists. */
    static List<String> prefixes() {
        return ENTRIES.stream().map(Entry::prefix).toList();
    }

    private static Entry api(String resource, Part part) {
        return new Entry("/api/v1/" + resource, part, "/" + part.title() + "/" + resource, JSON_BYTES, false);
    }

    private static Entry waiting(String resource, Part part) {
        Entry entry = api(resource, part);
        return new Entry(entry.prefix(), part, entry.target(), entry.largest(), true);
    }
}
