package io.gantry.agent.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Reads one log, entry by entry. While following it waits for inotify, goes with the log through rotation and ends when the
 * container's exit status has been written, which its monitor does after the last entry. For one thread; {@link #close} may
 * come from another and ends a wait.
 */
public final class LogReader implements AutoCloseable {
    private final LogFiles files;
    private final LogQuery query;
    private final FolderWatch.Registration registration;
    private final Semaphore changes = new Semaphore(0);
    private final ByteBuffer input = ByteBuffer.allocate(1 << 16).flip();
    private final ByteArrayOutputStream entry = new ByteArrayOutputStream();
    private final Tail tail;
    private LogFiles.Open current;
    private boolean past;
    private volatile boolean closed;

    private LogReader(Path folder, LogQuery query, FolderWatch watch) throws IOException {
        files = new LogFiles(folder);
        this.query = query;
        boolean watching = query.follow() && Files.isDirectory(folder);
        registration = watching ? watch.watch(folder, changes::release) : () -> {};
        tail = new Tail(query.tail());
        if (query.tail() >= 0) {
            count();
        }
    }

    /** @param folder the container's, which holds {@code log} */
    public static LogReader open(Path folder, LogQuery query, FolderWatch watch) throws IOException {
        return new LogReader(folder, query, watch);
    }

    private void count() throws IOException {
        for (Optional<LogLine> line = existing(); line.isPresent(); line = existing()) {
            tail.count(line.get(), current.key());
        }
        end();
        current = files.oldest().orElse(null);
        input.clear().flip();
        entry.reset();
        past = false;
        tail.rewind(current == null ? null : current.key());
    }

    /** The next entry, waiting for it if the query follows; empty at the end. */
    public Optional<LogLine> next() throws IOException, InterruptedException {
        while (!closed) {
            changes.drainPermits();
            boolean ended = files.ended();
            Optional<LogLine> line = shown();
            if (line.isPresent()) {
                return line;
            }
            if (past || ended || !query.follow()) {
                return end();
            }
            changes.acquire();
        }
        return end();
    }

    private Optional<LogLine> end() throws IOException {
        if (current != null) {
            current.channel().close();
        }
        return Optional.empty();
    }

    private Optional<LogLine> shown() throws IOException {
        Optional<LogLine> line = existing();
        while (query.tail() >= 0 && line.isPresent() && !tail.shows(line.get())) {
            line = existing();
        }
        return line;
    }

    /** The next entry that is there already. */
    private Optional<LogLine> existing() throws IOException {
        while (!past) {
            Optional<byte[]> bytes = line();
            if (bytes.isEmpty()) {
                return Optional.empty();
            }
            Optional<LogLine> line = LogLine.parse(bytes.get());
            if (line.isPresent()) {
                past = query.isPast(line.get());
                if (query.wants(line.get())) {
                    return line;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<byte[]> line() throws IOException {
        while (true) {
            while (input.hasRemaining()) {
                byte next = input.get();
                if (next == '\n') {
                    byte[] bytes = entry.toByteArray();
                    entry.reset();
                    return Optional.of(bytes);
                }
                entry.write(next);
            }
            if (!fill()) {
                return Optional.empty();
            }
        }
    }

    private boolean fill() throws IOException {
        if (current == null) {
            current = files.oldest().orElse(null);
        }
        while (current != null) {
            if (readCurrent()) {
                return true;
            }
            Optional<LogFiles.Open> later = files.after(current);
            if (later.isEmpty()) {
                return false;
            }
            if (readCurrent()) { // written between the last look and the rotation
                later.get().channel().close();
                return true;
            }
            current.channel().close();
            current = later.get();
        }
        return false;
    }

    private boolean readCurrent() throws IOException {
        input.clear();
        int got = current.channel().read(input);
        input.flip();
        return got > 0;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        registration.close();
        changes.release();
    }
}
