package io.gantry.gateway.route;

import io.gantry.contracts.problem.Problem;
import io.gantry.kit.file.FileHandover;
import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Which headers a proxy hands on (RFC 9110, section 7.6.1). */
final class Headers {
    private static final Set<String> HOP_BY_HOP =
            Set.of(
                    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
                    "transfer-encoding", "upgrade");
    /** Said by the gateway itself, whoever else claims to know. */
    private static final Set<String> OURS =
            Set.of("host", "authorization", "expect", "x-gantry-principal", "x-gantry-scope", "x-request-id", FileHandover.TAKES.toLowerCase(Locale.ROOT));
    /** Said to the gateway, or by it. */
    private static final Set<String> NOT_THE_CLIENTS = Set.of("x-request-id", FileHandover.NAMES.toLowerCase(Locale.ROOT));

    private static final String ACCEPT = "Accept";

    private Headers() {}

    static void copyRequest(MultiMap from, MultiMap to) {
        copy(from, to, OURS);
        // whoever expects nothing but a problem takes JSON, of which that is a kind: services know JSON alone
        String accept = to.get(ACCEPT);
        if (accept != null && accept.contains(Problem.CONTENT_TYPE)) {
            to.set(ACCEPT, accept + ", application/json");
        }
    }

    static void copyResponse(MultiMap from, MultiMap to) {
        copy(from, to, NOT_THE_CLIENTS);
    }

    private static void copy(MultiMap from, MultiMap to, Set<String> without) {
        Set<String> dropped = new HashSet<>(without);
        from.getAll("Connection").forEach(names -> Arrays.stream(names.split(",")).map(n -> n.strip().toLowerCase(Locale.ROOT)).forEach(dropped::add));
        from.forEach(
                (name, value) -> {
                    String lower = name.toLowerCase(Locale.ROOT);
                    if (!HOP_BY_HOP.contains(lower) && !dropped.contains(lower)) {
                        to.add(name, value);
                    }
                });
    }
}
