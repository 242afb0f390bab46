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

    /** The run that it belongs to is over: if it still waits for that one's start, its streams end. */
    void giveUp();

    /** Leaves; the container is not touched. */
    @Override
    void close();
}
