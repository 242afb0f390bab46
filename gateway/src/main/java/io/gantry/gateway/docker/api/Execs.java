package io.gantry.gateway.docker.api;

import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.view.ContainerView;
import io.gantry.gateway.docker.core.DockerRefusal;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The execs made through this gateway, since Docker's API names an exec without its container. The newest are kept; an exec itself
 * lives at the agent and needs no entry here to go on.
 */
@Singleton
class Execs {
    private static final int KEPT = 10_000;

    /**
     * @param detachKeys typed at its terminal they leave it running
     * @param exit empty until the stream has told it
     */
    record Known(String id, ContainerView container, ExecSpec spec, String detachKeys, OptionalInt exit) {
        Known withExit(int code) {
            return new Known(id, container, spec, detachKeys, OptionalInt.of(code));
        }
    }

    private final Map<String, Known> known = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > KEPT;
        }
    };

    synchronized void keep(Known exec) {
        known.put(exec.id(), exec);
    }

    synchronized void ended(String id, int code) {
        known.computeIfPresent(id, (key, exec) -> exec.withExit(code));
    }

    synchronized Known find(String id) {
        Known exec = known.get(id);
        if (exec == null) {
            throw new DockerRefusal(404, "No such exec instance: " + id);
        }
        return exec;
    }
}
