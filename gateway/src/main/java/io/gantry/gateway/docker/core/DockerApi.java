package io.gantry.gateway.docker.core;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Docker's Engine API up to 1.47 as far as clients can ask for something by a path and a query: its operations, and the parameters of those
 * that are here. What isn't in it Docker doesn't know either: such a path is no page, such a parameter is ignored. What is in it and isn't
 * done here is refused by name.
 */
public final class DockerApi {
    /**
     * One operation a line; after a colon, for those that are here, its parameters: {@code -} before one that isn't done, {@code @} and the
     * minor version from which on Docker has it.
     */
    private static final String OPERATIONS = """
            GET /_ping:
            HEAD /_ping:
            GET /version:
            GET /info:
            GET /events: since until filters
            GET /system/df: type
            POST /auth:
            POST /session
            GET /containers/json: all limit size filters
            POST /containers/create: name platform
            POST /containers/prune: filters
            GET /containers/{id}/json: size
            GET /containers/{id}/top: ps_args
            GET /containers/{id}/logs: follow stdout stderr since until timestamps tail details
            GET /containers/{id}/changes:
            GET /containers/{id}/export:
            GET /containers/{id}/stats: stream one-shot
            POST /containers/{id}/resize: h w
            POST /containers/{id}/start: detachKeys -checkpoint -checkpoint-dir
            POST /containers/{id}/stop: t signal@42
            POST /containers/{id}/restart: t signal@42
            POST /containers/{id}/kill: signal
            POST /containers/{id}/update:
            POST /containers/{id}/rename: name
            POST /containers/{id}/pause:
            POST /containers/{id}/unpause:
            POST /containers/{id}/attach: detachKeys logs stream stdin stdout stderr
            GET /containers/{id}/attach/ws: detachKeys logs stream stdin stdout stderr
            POST /containers/{id}/wait: condition
            POST /containers/{id}/exec:
            HEAD /containers/{id}/archive: path
            GET /containers/{id}/archive: path
            PUT /containers/{id}/archive: path noOverwriteDirNonDir copyUIDGID
            DELETE /containers/{id}: v force -link
            POST /exec/{id}/start:
            POST /exec/{id}/resize: h w
            GET /exec/{id}/json:
            GET /images/json: all filters shared-size digests -manifests@47
            POST /build: t dockerfile q nocache buildargs labels target rm forcerm networkmode platform version session buildid cachefrom ulimits \
            outputs pull -remote extrahosts -memory -memswap -cpushares -cpusetcpus -cpusetmems -cpuperiod -cpuquota shmsize -squash -cgroupparent \
            isolation -securityopt
            POST /build/prune: -keep-storage all filters
            POST /images/create: fromImage fromSrc repo tag message platform changes
            GET /images/search
            POST /images/prune: filters
            GET /images/get: names
            POST /images/load: quiet
            GET /images/{name}/json:
            GET /images/{name}/history:
            POST /images/{name}/push: tag -platform@46
            POST /images/{name}/tag: repo tag
            GET /images/{name}/get:
            DELETE /images/{name}: force noprune
            GET /distribution/{name}/json:
            POST /commit: container repo tag comment author pause changes
            GET /volumes: filters
            POST /volumes/create:
            POST /volumes/prune: filters
            GET /volumes/{name}:
            PUT /volumes/{name}
            DELETE /volumes/{name}: force
            GET /networks: filters
            POST /networks/create:
            POST /networks/prune: filters
            GET /networks/{id}: verbose scope
            DELETE /networks/{id}:
            POST /networks/{id}/connect:
            POST /networks/{id}/disconnect:
            GET /plugins: filters
            GET /plugins/privileges
            POST /plugins/pull
            POST /plugins/create
            GET /plugins/{name}/json
            DELETE /plugins/{name}
            POST /plugins/{name}/enable
            POST /plugins/{name}/disable
            POST /plugins/{name}/upgrade
            POST /plugins/{name}/push
            POST /plugins/{name}/set
            GET /nodes: filters
            GET /nodes/{id}:
            DELETE /nodes/{id}: force
            POST /nodes/{id}/update: version
            GET /swarm:
            POST /swarm/init:
            POST /swarm/join
            POST /swarm/leave
            POST /swarm/update
            GET /swarm/unlockkey
            POST /swarm/unlock
            GET /services: filters status
            POST /services/create:
            GET /services/{id}/logs: details follow stdout stderr since timestamps tail
            GET /services/{id}: insertDefaults
            DELETE /services/{id}:
            POST /services/{id}/update: version registryAuthFrom rollback
            GET /tasks: filters
            GET /tasks/{id}/logs: details follow stdout stderr since timestamps tail
            GET /tasks/{id}:
            GET /secrets: filters
            POST /secrets/create:
            GET /secrets/{id}:
            DELETE /secrets/{id}:
            POST /secrets/{id}/update: version
            GET /configs: filters
            POST /configs/create:
            GET /configs/{id}:
            DELETE /configs/{id}:
            POST /configs/{id}/update: version
            """;

    private static final List<Operation> ALL = OPERATIONS.lines().map(Operation::read).toList();

    private DockerApi() {}

    /** @param path without the version; empty if Docker has no such page */
    public static Optional<Operation> find(String method, String path) {
        return ALL.stream().filter(one -> one.method.equals(method) && one.path.matcher(path).matches()).findFirst();
    }

    public static List<Operation> all() {
        return ALL;
    }

    /** @param done whether it can be followed here; {@code since} the minor version from which on it means something */
    private record Parameter(boolean done, int since) {
        static Parameter read(String text) {
            int at = text.indexOf('@');
            return new Parameter(!text.startsWith("-"), at < 0 ? 0 : Integer.parseInt(text.substring(at + 1)));
        }
    }

    /** One of them. */
    public static final class Operation {
        private final String method;
        private final String template;
        private final Pattern path;
        private final boolean here;
        private final Map<String, Parameter> parameters = new LinkedHashMap<>();

        private Operation(String head, boolean here) {
            method = head.substring(0, head.indexOf(' '));
            template = head.substring(head.indexOf(' ') + 1);
            path = Pattern.compile(template.replaceAll("\\{[a-z]+}", "(.+)"));
            this.here = here;
        }

        private static Operation read(String line) {
            int colon = line.indexOf(':');
            Operation operation = new Operation(colon < 0 ? line : line.substring(0, colon), colon >= 0);
            if (colon >= 0 && colon < line.length() - 1) {
                for (String parameter : line.substring(colon + 1).strip().split(" +")) {
                    operation.parameters.put(parameter.replaceFirst("^-", "").replaceFirst("@.*", ""), Parameter.read(parameter));
                }
            }
            return operation;
        }

        public String name() {
            return method + " " + template;
        }

        public boolean here() {
            return here;
        }

        boolean knows(String parameter) {
            return parameters.containsKey(parameter);
        }

        /** By name, whether they are done. */
        Map<String, Boolean> parameters() {
            Map<String, Boolean> done = new LinkedHashMap<>();
            parameters.forEach((name, parameter) -> done.put(name, parameter.done()));
            return done;
        }

        /**
         * An empty value, {@code 0} and {@code false} say nothing.
         *
         * @throws DockerRefusal for a parameter that a client gives, that says something, and that isn't done
         */
        public void check(String parameter, String value, int minor) {
            Parameter known = parameters.get(parameter);
            if (known != null && !known.done() && minor >= known.since() && DockerNames.yes(value)) {
                throw Unsupported.parameter(parameter);
            }
        }
    }
}
