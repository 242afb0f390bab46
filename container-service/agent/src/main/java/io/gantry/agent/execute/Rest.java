package io.gantry.agent.execute;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.unit.SignalName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Brings all containers of a host to rest, as the host's own shutdown should: each is asked to end by its signal, made to when its grace is over, and its
 * end written down. All at the same time. What they wrote, their logs and how they ended stay for an agent that comes later.
 */
final class Rest {
    private final Watch watch;
    private final ContainerRecords records;
    private final ContainerFolders folders;
    private final Leftovers leftovers;

    Rest(Watch watch, ContainerRecords records, ContainerFolders folders, Leftovers leftovers) {
        this.watch = watch;
        this.records = records;
        this.folders = folders;
        this.leftovers = leftovers;
    }

    /**
     * Returns when nothing of containers is in the kernel, mounts of writable layers with a size included.
     *
     * @return how many ran
     */
    int all() throws InterruptedException {
        long begun = System.nanoTime();
        List<LiveContainer> running = watch.running().stream().map(record -> record.container().id()).flatMap(this::live).toList();
        running.forEach(Rest::ask);
        for (LiveContainer one : running) {
            Duration spent = Duration.ofNanos(System.nanoTime() - begun);
            await(one, one.record().container().grace().minus(spent));
        }
        unmountLayers();
        return running.size();
    }

    private void unmountLayers() {
        try {
            for (ContainerRecord record : records.all()) {
                folders.layer(record.container().id()).unmount();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stream<LiveContainer> live(ContainerId id) {
        return watch.get(id).stream();
    }

    /** One that is paused hears it once it goes on. */
    private static void ask(LiveContainer one) {
        SignalName.parse(one.record().container().stopSignal()).ifPresent(signal -> one.signal(signal.number()));
        one.freezer().unpause();
    }

    private void await(LiveContainer one, Duration left) throws InterruptedException {
        CompletableFuture<Void> cleaned = one.cleaned();
        try {
            cleaned.get(Math.max(0, left.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            leftovers.group(one.record().slotName()).kill();
            cleaned.join();
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }
}
