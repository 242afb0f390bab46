package io.gantry.agent.execute;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.unit.SignalName;
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
    private final Leftovers leftovers;

    Rest(Watch watch, Leftovers leftovers) {
        this.watch = watch;
        this.leftovers = leftovers;
    }

    /**
     * Returns when nothing of those that ran is in the kernel.
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
        return running.size();
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
