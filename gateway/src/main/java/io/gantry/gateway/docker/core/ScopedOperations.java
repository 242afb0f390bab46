package io.gantry.gateway.docker.core;

import java.util.HashMap;
import java.util.Map;

/** How each operation of Docker's is open to a caller with a scope. What isn't here is not. */
public enum ScopedOperations {
    /** It names nothing, or what it makes; its endpoint looks at the caller. */
    FREE,
    CONTAINER,
    CONTAINER_BY_PARAMETER,
    /** And its network by its path. */
    CONTAINER_IN_BODY,
    EXEC,
    NETWORK,
    /** Those that are there for all can be looked at, too. */
    NETWORK_TO_SEE,
    VOLUME,
    IMAGE_TO_USE,
    IMAGE,
    NONE;

    private static final Map<String, ScopedOperations> OPEN = read("""
            FREE: GET /_ping, HEAD /_ping, GET /version, GET /info, GET /events, GET /system/df, GET /plugins
            FREE: GET /containers/json, POST /containers/create, POST /containers/prune
            CONTAINER: GET /containers/{id}/json, GET /containers/{id}/top, GET /containers/{id}/logs, GET /containers/{id}/changes
            CONTAINER: GET /containers/{id}/export, GET /containers/{id}/stats, POST /containers/{id}/resize, POST /containers/{id}/start
            CONTAINER: POST /containers/{id}/stop, POST /containers/{id}/restart, POST /containers/{id}/kill, POST /containers/{id}/update
            CONTAINER: POST /containers/{id}/rename, POST /containers/{id}/pause, POST /containers/{id}/unpause, POST /containers/{id}/attach, GET /containers/{id}/attach/ws
            CONTAINER: POST /containers/{id}/wait, POST /containers/{id}/exec, HEAD /containers/{id}/archive, GET /containers/{id}/archive
            CONTAINER: PUT /containers/{id}/archive, DELETE /containers/{id}
            CONTAINER_BY_PARAMETER: POST /commit
            EXEC: POST /exec/{id}/start, POST /exec/{id}/resize, GET /exec/{id}/json
            FREE: GET /images/json, POST /images/prune
            IMAGE_TO_USE: GET /images/{name}/json, GET /images/{name}/history
            IMAGE: POST /images/{name}/tag, DELETE /images/{name}
            FREE: GET /volumes, POST /volumes/create, POST /volumes/prune
            VOLUME: GET /volumes/{name}, DELETE /volumes/{name}
            FREE: GET /networks, POST /networks/create, POST /networks/prune
            NETWORK_TO_SEE: GET /networks/{id}
            NETWORK: DELETE /networks/{id}
            CONTAINER_IN_BODY: POST /networks/{id}/connect, POST /networks/{id}/disconnect
            """);

    public static ScopedOperations of(DockerApi.Operation operation) {
        return OPEN.getOrDefault(operation.name(), NONE);
    }

    private static Map<String, ScopedOperations> read(String text) {
        Map<String, ScopedOperations> all = new HashMap<>();
        text.lines().forEach(line -> {
            String[] parts = line.split(": ", 2);
            for (String name : parts[1].split(", ")) {
                all.put(name, valueOf(parts[0]));
            }
        });
        return all;
    }
}
