package io.gantry.agent.execute;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Who holds one run of a container still: whoever paused it, and everyone who copies its files as they are at one moment. It goes on when the
 * last of them lets go. A mark in the container's folder says that nobody but copies held it, for an agent that finds it standing after a crash.
 */
final class Freezer {
    private final Group group;
    private final Path mark;
    private boolean paused;
    private int copies;

    interface Group {
        /** Returns when all in it stand still, or go on; nothing if it is gone. */
        void freeze(boolean still);
    }

    Freezer(Group group, Path mark) {
        this.group = group;
        this.mark = mark;
    }

    synchronized void pause() {
        if (copies == 0) {
            group.freeze(true);
        }
        removeMark();
        paused = true;
    }

    /** If copies hold it, it goes on after them. */
    synchronized void unpause() {
        if (copies == 0) {
            group.freeze(false);
        } else {
            makeMark();
        }
        paused = false;
    }

    /** Runs {@code work} while no process of the container does. */
    void still(ContainerTrees.Work work) throws IOException {
        hold();
        try {
            work.run();
        } finally {
            letGo();
        }
    }

    private synchronized void hold() {
        if (copies == 0 && !paused) {
            try {
                makeMark();
                group.freeze(true);
            } catch (RuntimeException e) {
                goOnAfter(e);
                throw e;
            }
        }
        copies++;
    }

    private void goOnAfter(RuntimeException trouble) {
        try {
            goOn();
        } catch (RuntimeException e) {
            trouble.addSuppressed(e);
        }
    }

    private synchronized void letGo() {
        copies--;
        if (copies == 0 && !paused) {
            goOn();
        }
    }

    /**
     * As an earlier agent left it: what only its copies held goes on.
     *
     * @param still the container stands
     * @return whether somebody has paused it
     */
    synchronized boolean takeUp(boolean still) {
        if (copies == 0) {
            if (Files.exists(mark)) {
                goOn();
            } else {
                paused = still;
            }
        }
        return paused;
    }

    private void goOn() {
        group.freeze(false);
        removeMark();
    }

    private void makeMark() {
        try {
            Files.writeString(mark, "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void removeMark() {
        try {
            Files.deleteIfExists(mark);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
