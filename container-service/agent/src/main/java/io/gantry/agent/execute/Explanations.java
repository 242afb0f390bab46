package io.gantry.agent.execute;

import io.gantry.contracts.view.Explanation;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * How containers came to be, as a list of steps and as a script. Written once nothing has started for a while, so that nobody who waits for a container
 * waits for it; a crash before that costs the explanation and nothing else.
 */
final class Explanations implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Explanations.class.getName());
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** Were there more, they are written however busy the host is. */
    private static final int MOST_WAITING = 200;
    private final ContainerFolders folders;
    private final Scripts scripts;
    private final Map<ContainerId, Start> unwritten = new LinkedHashMap<>();
    private final Deque<ContainerId> waiting = new ArrayDeque<>();
    private long lastAdded;
    private final ScheduledExecutorService writer =
            Executors.newSingleThreadScheduledExecutor(task -> Thread.ofPlatform().daemon().name("explain").unstarted(task));

    Explanations(ContainerFolders folders, Scripts scripts) {
        this.folders = folders;
        this.scripts = scripts;
    }

    private record Start(RunRequest request, ContainerRecord record, Executed executed) {
        Explanation explanation() {
            return executed.explain(request.container().id().value(), request.container().name(), request.run());
        }
    }

    synchronized void add(RunRequest request, ContainerRecord record, Executed executed) {
        unwritten.put(request.container().id(), new Start(request, record, executed));
        lastAdded = System.nanoTime();
        waiting.add(request.container().id());
        if (waiting.size() == 1) {
            writer.schedule(this::writeInCalm, QUIET_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    /** One after the other, until another container has been started. */
    private void writeInCalm() {
        while (true) {
            ContainerId next;
            synchronized (this) {
                long stillBusy = lastAdded + QUIET_NANOS - System.nanoTime();
                if (stillBusy > 0 && waiting.size() <= MOST_WAITING) {
                    writer.schedule(this::writeInCalm, stillBusy, TimeUnit.NANOSECONDS);
                    return;
                }
                next = waiting.peek();
            }
            write(next);
            synchronized (this) {
                waiting.remove();
                if (waiting.isEmpty()) {
                    return;
                }
            }
        }
    }

    /** @throws IllegalArgumentException if it hasn't been started here */
    Explanation of(ContainerId id) {
        return unwritten(id)
                .map(Start::explanation)
                .or(() -> ContainerRecords.read(folders.explanation(id), Explanation.class))
                .orElseThrow(() -> new IllegalArgumentException("container " + id.shortForm() + " has not been started here"));
    }

    /** @throws IllegalArgumentException if it hasn't been started here */
    String script(ContainerId id) {
        return unwritten(id).map(this::script).orElseGet(() -> written(id));
    }

    private String script(Start start) {
        return scripts.of(start.request(), start.record(), start.executed());
    }

    private String written(ContainerId id) {
        try {
            return Files.readString(folders.script(id));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("container " + id.shortForm() + " has not been started here, or by an agent that wrote no script", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized Optional<Start> unwritten(ContainerId id) {
        return Optional.ofNullable(unwritten.get(id));
    }

    /** Of a container whose folder is to go: from here on nothing is written into it. */
    synchronized void forget(ContainerId id) {
        unwritten.remove(id);
    }

    /** What can't be written is kept in memory. */
    private synchronized void write(ContainerId id) {
        Start start = unwritten.get(id);
        if (start == null) {
            return;
        }
        try {
            ContainerRecords.write(folders.explanation(id), Json.write(start.explanation()));
            ContainerRecords.write(folders.script(id), script(start));
            unwritten.remove(id);
        } catch (UncheckedIOException e) {
            LOG.log(Level.WARNING, "how container {0} came to be could not be written down: {1}", id.shortForm(), e.getCause());
        }
    }

    /** All that was waited with is written. */
    @Override
    public void close() {
        writer.shutdownNow();
        synchronized (this) {
            for (ContainerId id : unwritten.keySet().toArray(ContainerId[]::new)) {
                write(id);
            }
        }
    }
}
