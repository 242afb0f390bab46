package io.gantry.agent.execute;

import io.gantry.agent.plan.TerminalSize;
import io.gantry.agent.runtime.AttachSession;
import io.gantry.kernel.process.WaitStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Live streams of a process, through its monitor. May be opened before there is a monitor: it then waits for
 * {@link #connect}, so that nothing of the output is missed.
 */
final class MonitorSession implements AttachSession {
    private static final int EXEC_BUFFER = 1 << 20;
    private static final int ATTACH_BUFFER = 16 << 20;
    private static final int PART_OF_MEMORY = 4;
    private static final Backlog BACKLOG = new Backlog(Runtime.getRuntime().maxMemory() / PART_OF_MEMORY);
    private final ByteQueue stdout;
    private final ByteQueue stderr;
    private final CompletableFuture<MonitorConnection> connection = new CompletableFuture<>();
    private volatile Path monitor;
    private volatile TerminalSize size;
    private final CompletableFuture<WaitStatus> exit = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private MonitorSession(int buffer, boolean lossless) {
        stdout = new ByteQueue(buffer, lossless, BACKLOG);
        stderr = new ByteQueue(buffer, lossless, BACKLOG);
    }

    static MonitorSession attach() {
        return new MonitorSession(ATTACH_BUFFER, false);
    }

    static MonitorSession exec() {
        return new MonitorSession(EXEC_BUFFER, true);
    }

    /** Returns once the monitor has taken us in: what the container writes from now on arrives. One that can't be connected is abandoned. */
    void connect(Path socket) throws IOException {
        monitor = socket;
        MonitorConnection dialled;
        try {
            dialled = MonitorConnection.dial(socket, Wire.HELLO_ATTACH);
        } catch (IOException | RuntimeException e) {
            abandon();
            throw e;
        }
        if (connection.complete(dialled)) {
            size().ifPresent(this::send);
            Thread.ofVirtual().name("session").start(() -> read(dialled));
        } else {
            // closed meanwhile
            dialled.close();
        }
    }

    /** @param action done when nobody wants this any more; at once if nobody does */
    void onClose(Runnable action) {
        closed.thenRun(action);
    }

    /** There is nothing to connect to. */
    void abandon() {
        connection.cancel(false);
        exit.cancel(false);
        stdout.end();
        stderr.end();
    }

    CompletableFuture<WaitStatus> exit() {
        return exit;
    }

    private void read(MonitorConnection from) {
        try (from) {
            while (true) {
                var frame = from.read();
                if (frame.isEmpty()) {
                    return;
                }
                ByteBuffer payload = frame.get().payload();
                switch (frame.get().kind()) {
                    case Wire.FRAME_STDOUT -> stdout.put(payload.array());
                    case Wire.FRAME_STDERR -> stderr.put(payload.array());
                    case Wire.FRAME_EXIT -> {
                        exit.complete(new WaitStatus(Wire.Status.read(payload).waitStatus()));
                        return;
                    }
                    default -> throw new IOException("frame of unknown kind " + frame.get().kind());
                }
            }
        } catch (IOException e) {
            // The connection is gone, by us or by them: for the reader it is the end of the streams.
            return;
        } finally {
            stdout.end();
            stderr.end();
            exit.cancel(false);
        }
    }

    private void send(int kind, ByteBuffer payload) throws IOException {
        try {
            connection.join().send(kind, payload);
        } catch (CancellationException | CompletionException e) {
            throw new IOException("the session is over", e);
        }
    }

    @Override
    public OutputStream stdin() {
        return new OutputStream() {
            @Override
            public void write(int single) throws IOException {
                write(new byte[] {(byte) single}, 0, 1);
            }

            @Override
            public void write(byte[] data, int from, int length) throws IOException {
                for (int at = 0; at < length; at += Wire.FRAME_MAX) {
                    send(Wire.FRAME_STDIN, ByteBuffer.wrap(data, from + at, Math.min(Wire.FRAME_MAX, length - at)));
                }
            }

            @Override
            public void close() {
                closeStdin();
            }
        };
    }

    @Override
    public void closeStdin() {
        trySend(Wire.FRAME_STDIN_END, ByteBuffer.allocate(0));
    }

    @Override
    public InputStream stdout() {
        return stdout;
    }

    @Override
    public InputStream stderr() {
        return stderr;
    }

    /** Doesn't wait for a connection, as input does: a start that begins meanwhile asks for the size, and who connects then is told the last. */
    @Override
    public void resize(int rows, int columns) {
        size = new TerminalSize(rows, columns);
        if (connection.isDone()) {
            send(size);
        }
    }

    private void send(TerminalSize said) {
        trySend(Wire.FRAME_RESIZE, Wire.resize(said.rows(), said.columns()));
    }

    /** What was said last. */
    Optional<TerminalSize> size() {
        return Optional.ofNullable(size);
    }

    /** Once it is connected. By a connection of its own: on ours there may be input that the process doesn't read, with this behind it. */
    void signal(int number) {
        try (MonitorConnection apart = MonitorConnection.dial(monitor, Wire.HELLO_WATCH)) {
            apart.send(Wire.FRAME_SIGNAL, Wire.signal(number));
        } catch (IOException e) {
            return; // it has ended
        }
    }

    /** What a process that has ended can't take any more is not an error of the caller's. */
    private void trySend(int kind, ByteBuffer payload) {
        try {
            send(kind, payload);
        } catch (IOException e) {
            return;
        }
    }

    @Override
    public void giveUp() {
        connection.cancel(false);
        if (connection.isCancelled()) {
            abandon();
            closed.complete(null);
        }
    }

    @Override
    public void close() {
        stdout.close();
        stderr.close();
        connection.thenAccept(MonitorConnection::close);
        connection.cancel(false);
        closed.complete(null);
    }
}
