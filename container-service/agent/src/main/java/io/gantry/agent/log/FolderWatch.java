package io.gantry.agent.log;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tells of changes in folders, by one inotify instance for the whole agent: a user has only 128 of them. */
public final class FolderWatch implements AutoCloseable {
    private final WatchService service = FileSystems.getDefault().newWatchService();
    private final Map<WatchKey, List<Runnable>> listeners = new HashMap<>();

    public FolderWatch() throws IOException {
        Thread.ofPlatform().daemon().name("folder-watch").start(this::run);
    }

    /** Calls {@code changed} after each change in the folder, and when it goes. */
    Registration watch(Path folder, Runnable changed) throws IOException {
        synchronized (listeners) {
            WatchKey key = folder.register(service, ENTRY_CREATE, ENTRY_MODIFY, ENTRY_DELETE);
            listeners.computeIfAbsent(key, _ -> new ArrayList<>()).add(changed);
            return () -> forget(key, changed);
        }
    }

    /** Ends a watch. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    private void forget(WatchKey key, Runnable changed) {
        synchronized (listeners) {
            List<Runnable> left = listeners.get(key);
            if (left != null && left.remove(changed) && left.isEmpty()) {
                listeners.remove(key);
                key.cancel();
            }
        }
    }

    private void run() {
        try {
            while (true) {
                WatchKey key = service.take();
                key.pollEvents();
                List<Runnable> told;
                synchronized (listeners) {
                    told = List.copyOf(listeners.getOrDefault(key, List.of()));
                }
                key.reset();
                told.forEach(Runnable::run);
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            return; // closed
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
