package io.gantry.agent.execute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Folders that are nobody's any more: out of sight at once, by one rename, and deleted behind whoever waits for that, one after the other. A disk may
 * take its time with each file. What an agent before this one hadn't deleted yet, or couldn't, is deleted first.
 */
final class Rubbish implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Rubbish.class.getName());
    private static final Pattern OURS = Pattern.compile("[0-9]{1,18}");
    /** So many wait at most; what comes then is deleted while its remover waits, so that a disk isn't filled quicker than it is freed. */
    private static final int MOST = 1000;

    private final Path folder;
    private final AtomicLong taken;
    private final ExecutorService deleter = new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST), Thread.ofPlatform().daemon().name("rubbish").factory(), new ThreadPoolExecutor.CallerRunsPolicy());
    private volatile boolean closed;

    /** @param folder its own, on the disk where folders come from */
    Rubbish(Path folder) {
        this.folder = folder;
        Trees.makeFolder(folder);
        List<Path> found = left();
        deleter.execute(() -> found.forEach(this::delete));
        taken = new AtomicLong(found.stream().map(gone -> gone.getFileName().toString()).filter(name -> OURS.matcher(name).matches()).mapToLong(Long::parseLong).max().orElse(0));
    }

    private List<Path> left() {
        try (Stream<Path> found = Files.list(folder)) {
            return found.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nothing is at {@code tree} when this returns; nothing is done if there was nothing. */
    void take(Path tree) {
        Path gone = folder.resolve(Long.toString(taken.incrementAndGet()));
        try {
            Files.move(tree, gone, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) { // another disk, perhaps
            LOG.log(Level.DEBUG, "{0} can''t be put aside: {1}", tree, e.getMessage());
            Trees.delete(tree);
            return;
        }
        deleter.execute(() -> delete(gone));
    }

    private void delete(Path gone) {
        if (closed) {
            return;
        }
        try {
            Trees.delete(gone);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "{0} can''t be deleted, its room stays taken until the agent is started again: {1}", gone, e.getMessage());
        }
    }

    /** Doesn't wait: what isn't deleted by then is left to the next agent. */
    @Override
    public void close() {
        closed = true;
        deleter.shutdownNow();
    }

    /** All of it, now. For who leaves for good: no other agent comes. */
    void finish() {
        closed = true;
        deleter.shutdownNow();
        Trees.delete(folder);
    }
}
