package io.gantry.agent.log;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
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
    private final Block block = new Block();

    /** Streams of which a line goes on that isn't to be shown. */
    private final Set<LogLine.Stream> within = EnumSet.noneOf(LogLine.Stream.class);

    private volatile LogFiles.Open current;
    private boolean past;
    private volatile boolean closed;

    private LogReader(Path folder, LogQuery query, FolderWatch watch) throws IOException {
        files = new LogFiles(folder);
        this.query = query;
        boolean watching = query.follow() && Files.isDirectory(folder);
        registration = watching ? watch.watch(folder, changes::release) : () -> {};
        try {
            if (query.tail() >= 0) {
                begin(new TailSearch(files, query).find());
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** @param folder the container's, which holds {@code log} */
    public static LogReader open(Path folder, LogQuery query, FolderWatch watch) throws IOException {
        return new LogReader(folder, query, watch);
    }

    private void begin(Optional<TailSearch.Start> start) throws IOException {
        if (start.isPresent()) {
            go(start.get().file());
            current.channel().position(start.get().offset());
            within.addAll(start.get().within());
        }
    }

    /** The next entry, waiting for it if the query follows; empty at the end. */
    public Optional<LogLine> next() throws IOException, InterruptedException {
        try {
            return unlessClosed();
        } catch (ClosedChannelException e) {
            if (!closed) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private Optional<LogLine> unlessClosed() throws IOException, InterruptedException {
        Optional<LogLine> line = closed ? Optional.empty() : existing();
        if (line.isEmpty() && !past && query.follow()) {
            line = awaited();
        }
        return line.isPresent() ? line : end();
    }

    /** What had ended before the last look has no further entries. */
    private Optional<LogLine> awaited() throws IOException, InterruptedException {
        while (!closed) {
            changes.drainPermits();
            boolean ended = files.ended();
            Optional<LogLine> line = existing();
            if (line.isPresent() || past || ended) {
                return line;
            }
            changes.acquire();
        }
        return Optional.empty();
    }

    private Optional<LogLine> end() throws IOException {
        closeCurrent();
        return Optional.empty();
    }

    /** The next entry that is there already. */
    private Optional<LogLine> existing() throws IOException {
        while (!past) {
            int end = block.lineEnd();
            if (end < 0) {
                if (!fill()) {
                    return Optional.empty();
                }
                continue;
            }
            Optional<LogLine> line = LogLine.parse(block.bytes(), block.from(), end);
            block.pass(end);
            if (line.isPresent()) {
                past = query.isPast(line.get());
                if (query.wants(line.get()) && !goesOn(line.get())) {
                    return line;
                }
            }
        }
        return Optional.empty();
    }

    private boolean goesOn(LogLine line) {
        return !within.isEmpty() && (line.whole() ? within.remove(line.stream()) : within.contains(line.stream()));
    }

    private boolean fill() throws IOException {
        if (current == null) {
            go(files.oldest().orElse(null));
        }
        while (current != null) {
            if (block.fill(current.channel())) {
                return true;
            }
            Optional<LogFiles.Open> later = files.after(current);
            if (later.isEmpty()) {
                return false;
            }
            if (block.fill(current.channel())) { // written between the last look and the rotation
                later.get().channel().close();
                return true;
            }
            current.channel().close();
            go(later.get());
        }
        return false;
    }

    /** Whoever closes this meanwhile closed the one before. */
    private void go(LogFiles.Open next) throws IOException {
        current = next;
        if (closed) {
            closeCurrent();
        }
    }

    private void closeCurrent() throws IOException {
        LogFiles.Open last = current;
        if (last != null) {
            last.channel().close();
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        registration.close();
        changes.release();
        closeCurrent();
    }
}
