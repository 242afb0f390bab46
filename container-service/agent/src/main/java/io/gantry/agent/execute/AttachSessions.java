package io.gantry.agent.execute;

import io.gantry.agent.plan.TerminalSize;
import io.gantry.agent.runtime.TooManyAttached;
import io.gantry.contracts.id.ContainerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sessions on the streams of containers' commands. Those attached before their container runs wait for it, and are connected before its command can
 * write anything. One that is closed waits no more.
 */
final class AttachSessions {
    private static final System.Logger LOG = System.getLogger(AttachSessions.class.getName());
    private final ContainerFolders folders;
    private final Watch watch;
    private final Map<ContainerId, List<MonitorSession>> waiting = new HashMap<>();

    AttachSessions(ContainerFolders folders, Watch watch) {
        this.folders = folders;
        this.watch = watch;
    }

    MonitorSession attach(ContainerId id) {
        MonitorSession session = MonitorSession.attach();
        if (watch.get(id).isPresent()) {
            connect(session, id);
            return session;
        }
        add(id, session);
        if (watch.get(id).isPresent()) {
            // it has begun to run meanwhile, and its start may have looked for who waits before we did
            connect(id);
        }
        return session;
    }

    private void connect(MonitorSession session, ContainerId id) {
        try {
            session.connect(folders.monitor(id));
        } catch (IOException e) {
            if (watch.get(id).isPresent()) {
                // a monitor that goes on and hangs up has no place for us
                throw e instanceof MonitorConnection.HungUp ? new TooManyAttached(id.shortForm()) : new UncheckedIOException(e);
            }
            LOG.log(Level.DEBUG, "container {0} has ended before it could be attached to, and so has its session", id.shortForm());
        }
    }

    private void add(ContainerId id, MonitorSession session) {
        synchronized (this) {
            waiting.computeIfAbsent(id, _ -> new ArrayList<>()).add(session);
        }
        session.onClose(() -> remove(id, session));
    }

    /** All that wait, for its monitor is there. Who can't be connected is abandoned: a client must not keep a container from starting. */
    void connect(ContainerId id) {
        for (MonitorSession session : take(id)) {
            try {
                session.connect(folders.monitor(id));
            } catch (IOException | RuntimeException e) {
                LOG.log(Level.WARNING, "a client that waited for container " + id.shortForm() + " could not be attached: " + e.getMessage());
            }
        }
    }

    /** All that wait wait in vain. */
    void abandon(ContainerId id) {
        take(id).forEach(MonitorSession::abandon);
    }

    /** Of the terminal, by those that wait for it; the first who has said one. */
    synchronized Optional<TerminalSize> size(ContainerId id) {
        return waiting.getOrDefault(id, List.of()).stream().flatMap(session -> session.size().stream()).findFirst();
    }

    synchronized int waiting() {
        return waiting.values().stream().mapToInt(List::size).sum();
    }

    private synchronized void remove(ContainerId id, MonitorSession session) {
        List<MonitorSession> all = waiting.get(id);
        if (all != null && all.remove(session) && all.isEmpty()) {
            waiting.remove(id);
        }
    }

    private synchronized List<MonitorSession> take(ContainerId id) {
        List<MonitorSession> found = waiting.remove(id);
        return found == null ? List.of() : found;
    }
}
