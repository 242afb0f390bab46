package io.gantry.agent.reconcile;

import io.gantry.agent.image.Layer;
import io.gantry.agent.image.LayerStore;
import io.gantry.agent.kept.FileSource;
import io.gantry.agent.runtime.Unready;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;

/** What containers need before they can be started, brought to this host: the layers of their images, and their files. Of the deciding thread. */
final class Preparations {
    private static final Logger LOG = Logger.getLogger(Preparations.class);
    private static final KeptFiles NO_FILES = new KeptFiles(List.of());
    private final LayerStore layers;
    private final FileSource files;
    private final Deciding deciding;
    private final Map<ContainerId, Ready> ready = new HashMap<>();
    private final Set<ContainerId> fetching = new HashSet<>();

    Preparations(LayerStore layers, FileSource files, Deciding deciding) {
        this.layers = layers;
        this.files = files;
        this.deciding = deciding;
    }

    /** Its layers are here, and its files as they were when this {@code files} was desired. */
    record Ready(List<Layer> layers, KeptFiles files, long number) {}

    boolean done(ContainerId id, Optional<Desired.Container> wanted) {
        Ready here = ready.get(id);
        return here != null && (here.files().items().isEmpty() || wanted.map(container -> container.files() == here.number()).orElse(true));
    }

    /** For one start: the next asks for files again, which may be others then, and stay in memory no longer than they must. */
    Ready use(ContainerId id) {
        Ready here = ready.get(id);
        if (!here.files().items().isEmpty()) {
            ready.remove(id);
        }
        return here;
    }

    void forget(ContainerId id) {
        ready.remove(id);
    }

    void fetch(Desired.Container container) {
        ContainerId id = container.id();
        if (!fetching.add(id)) {
            return;
        }
        Held before = deciding.held().get(id);
        if (before.stage() != Held.Stage.PREPARING && !before.alive() && !before.waits()) {
            deciding.held().put(before.preparing());
        }
        CompletionStage<KeptFiles> contents = container.spec().kept().isEmpty() ? CompletableFuture.completedFuture(NO_FILES) : files.fetch(id);
        layers.ensure(container.image())
                .thenCombine(contents, (image, kept) -> new Ready(image, kept, container.files()))
                .whenComplete((all, failure) -> deciding.post(() -> fetched(container, all, failure)));
    }

    /** @param all {@code null} after a failure */
    private void fetched(Desired.Container container, Ready all, Throwable failure) {
        ContainerId id = container.id();
        fetching.remove(id);
        if (failure == null) {
            ready.put(id, all);
        } else {
            deciding.held().find(id).filter(one -> !one.busy() && !one.alive()).ifPresent(one -> deciding.held().put(unfetched(one, container, failure)));
        }
        deciding.again().accept(id);
    }

    private Held unfetched(Held one, Desired.Container container, Throwable failure) {
        Observed.Failure why = reason(failure);
        if (cause(failure) instanceof Unready unready && unready.sourceAway()) {
            // once with each outage; who wants to know more asks for the container
            LOG.logf(one.waits() ? Logger.Level.DEBUG : Logger.Level.WARN, "what %s needs is to come: %s", container.name(), why.detail());
            return one.waiting(container.run(), why, deciding.now());
        }
        LOG.warnf(failure, "what %s needs is not here", container.name());
        return one.unprepared(container.run(), why, deciding.now(), container.spec().restart().backOff());
    }

    private static Observed.Failure reason(Throwable failure) {
        return cause(failure) instanceof Unready unready
                ? unready.failure()
                : new Observed.Failure("image", 0, String.valueOf(cause(failure).getMessage()), "see the agent's log");
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
