package io.gantry.agent.runtime;

import java.io.InputStream;
import java.io.OutputStream;

/** A client at a container's streams, live from the moment of attaching. A client that doesn't read loses output, never blocks it. */
public interface AttachSession extends AutoCloseable {
    /** Writing to it reaches the container's standard input if the spec opened it; {@link #closeStdin} is end-of-file for it. */
    OutputStream stdin();

    void closeStdin();

    InputStream stdout();

    InputStream stderr();

    void resize(int rows, int columns);

    /** If it still waits for a start, it does so no more, and its streams end: the run that it belongs to is over, or its client has gone. */
    void giveUp();

    /** Leaves; the container is not touched. */
    @Override
    void close();
}
