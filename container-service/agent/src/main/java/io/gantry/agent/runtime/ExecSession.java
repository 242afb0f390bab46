package io.gantry.agent.runtime;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * A command running in a container. Blocking streams; with a terminal all output comes on {@code stdout}.
 * Closing the session does not end the command unless {@link #kill} is called.
 */
public interface ExecSession extends AutoCloseable {
    int pid();

    /** Closing it is end-of-file for the command. */
    OutputStream stdin();

    InputStream stdout();

    InputStream stderr();

    void resize(int rows, int columns);

    /** Ends it and what it started, unless that made a session of its own. */
    void kill();

    /** Waits for the end: 0 to 255, 128 + signal when signalled. */
    int waitForExit() throws InterruptedException;

    @Override
    void close();
}
