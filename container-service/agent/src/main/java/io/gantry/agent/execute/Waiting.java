package io.gantry.agent.execute;

import io.gantry.contracts.id.ContainerId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sessions attached before their container runs: they are connected before its command can write anything. */
final class Waiting {
    private final Map<ContainerId, List<MonitorSession>> sessions = new HashMap<>();

    synchronized void add(ContainerId id, MonitorSession session) {
        sessions.computeIfAbsent(id, _ -> new ArrayList<>()).add(session);
    }

    void connect(ContainerId id, Path monitor) {
        take(id).forEach(session -> session.connect(monitor));
    }

    void abandon(ContainerId id) {
        take(id).forEach(MonitorSession::abandon);
    }

    private synchronized List<MonitorSession> take(ContainerId id) {
        List<MonitorSession> found = sessions.remove(id);
        return found == null ? List.of() : found;
    }
}
