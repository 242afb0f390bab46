package io.gantry.agent.execute;

import io.gantry.agent.runtime.ExecSession;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;

/** A command in a container, through the small monitor that waits for it. */
final class MonitorExecSession implements ExecSession {
    private static final int SIGKILL = 9;
    private final MonitorSession session;
    private final int pid;

    MonitorExecSession(MonitorSession session, int pid) {
        this.session = session;
        this.pid = pid;
    }

    @Override
    public int pid() {
        return pid;
    }

    @Override
    public OutputStream stdin() {
        return session.stdin();
    }

    @Override
    public InputStream stdout() {
        return session.stdout();
    }

    @Override
    public InputStream stderr() {
        return session.stderr();
    }

    @Override
    public void resize(int rows, int columns) {
        session.resize(rows, columns);
    }

    @Override
    public void kill() {
        session.signal(SIGKILL);
    }

    @Override
    public int waitForExit() throws InterruptedException {
        try {
            return session.exit().get().code();
        } catch (ExecutionException | CancellationException e) {
            return 128 + SIGKILL; // its monitor was killed, and it with the container
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
