package io.gantry.agent.execute;

import io.gantry.agent.runtime.ExecSession;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;

/** A command that looks into a container. All that it started ends with it, whatever sessions that made of its own, and its group goes. */
final class DebugSession implements ExecSession {
    private static final System.Logger LOG = System.getLogger(DebugSession.class.getName());
    private final MonitorExecSession command;
    private final Leftovers.Session group;
    private final CompletableFuture<Void> cleaned = new CompletableFuture<>();

    DebugSession(MonitorExecSession command, MonitorSession session, Leftovers.Session group) {
        this.command = command;
        this.group = group;
        // also when its monitor was killed, or nobody waits for the end
        session.exit().whenComplete((_, _) -> Thread.ofPlatform().daemon().name("end of " + group.name()).start(this::clean));
    }

    private void clean() {
        try {
            group.remove();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "what the command in " + group.name() + " has started could not be ended", e);
        } finally {
            cleaned.complete(null);
        }
    }

    @Override
    public int pid() {
        return command.pid();
    }

    @Override
    public OutputStream stdin() {
        return command.stdin();
    }

    @Override
    public InputStream stdout() {
        return command.stdout();
    }

    @Override
    public InputStream stderr() {
        return command.stderr();
    }

    @Override
    public void resize(int rows, int columns) {
        command.resize(rows, columns);
    }

    @Override
    public void kill() {
        group.kill();
    }

    /** Nothing of it is left then, unless the kernel could not end it, which is logged. */
    @Override
    public int waitForExit() throws InterruptedException {
        int code = command.waitForExit();
        cleaned.join();
        return code;
    }

    @Override
    public void close() {
        command.close();
    }
}
