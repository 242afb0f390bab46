package io.gantry.agent.execute;

import io.gantry.contracts.id.ContainerId;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sessions attached before their container runs: they are connected before its command can write anything. One that is closed waits no more. */
final class Waiting {
    private static final System.Logger LOG = System.getLogger(Waiting.class.getName());
    private final Map<ContainerId, List<MonitorSession>> sessions = new HashMap<>();

    void add(ContainerId id, MonitorSession session) {
        synchronized (this) {
            sessions.computeIfAbsent(id, _ -> new ArrayList<>()).add(session);
        }
        session.onClose(() -> remove(id, session));
    }

    /** Who can't be connected is abandoned: a client must not keep a container from starting. */
    void connect(ContainerId id, Path monitor) {
        for (MonitorSession session : take(id)) {
            try {
                session.connect(monitor);
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "a client that waited for container " + id.shortForm() + " could not be attached: " + e.getMessage());
            }
        }
    }

    void abandon(ContainerId id) {
        take(id).forEach(MonitorSession::abandon);
    }

    synchronized int count() {
        return sessions.values().stream().mapToInt(List::size).sum();
    }

    private synchronized void remove(ContainerId id, MonitorSession session) {
        List<MonitorSession> all = sessions.get(id);
        if (all != null && all.remove(session) && all.isEmpty()) {
            sessions.remove(id);
        }
    }

    private synchronized List<MonitorSession> take(ContainerId id) {
        List<MonitorSession> found = sessions.remove(id);
        return found == null ? List.of() : found;
    }
}
