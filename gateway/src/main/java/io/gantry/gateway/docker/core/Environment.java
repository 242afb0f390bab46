package io.gantry.gateway.docker.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code ["NAME=value"]}, Docker's form of an environment. */
final class Environment {
    private Environment() {}

    /** A name alone is what the docker CLI sends for a variable that isn't set on its side: it stays unset. */
    static Map<String, String> read(Fields body) {
        List<String> given = body.texts("Env");
        Map<String, String> env = new HashMap<>();
        for (String entry : given == null ? List.<String>of() : given) {
            int equals = entry.indexOf('=');
            if (equals == 0 || entry.isEmpty()) {
                throw new DockerRefusal(400, "invalid environment variable: '" + entry + "'");
            }
            if (equals > 0) {
                env.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return env;
    }
}
