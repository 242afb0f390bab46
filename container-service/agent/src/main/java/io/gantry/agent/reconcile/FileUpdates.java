package io.gantry.agent.reconcile;

import io.gantry.agent.kept.FileSource;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.state.Desired;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/** Rotated secrets and configs for containers that run: fetched and put in place, again and again until that is done. */
final class FileUpdates {
    private static final Logger LOG = Logger.getLogger(FileUpdates.class);
    private final ContainerRuntime runtime;
    private final FileSource source;
    private final Workers workers;
    private final Deciding deciding;
    private final Map<ContainerId, Long> at = new HashMap<>();

    FileUpdates(ContainerRuntime runtime, FileSource source, Workers workers, Deciding deciding) {
        this.runtime = runtime;
        this.source = source;
        this.workers = workers;
        this.deciding = deciding;
    }

    void keep(Held one, Optional<Desired.Container> wanted) {
        if (!one.alive()) {
            at.remove(one.id());
            return;
        }
        wanted.filter(container -> !container.spec().kept().isEmpty()).filter(this::isNewer).ifPresent(this::renew);
    }

    private boolean isNewer(Desired.Container container) {
        OptionalLong runsBy = runtime.files(container.id());
        return runsBy.isPresent() && container.files() > runsBy.getAsLong() && !Objects.equals(at.get(container.id()), container.files());
    }

    /** What is fetched is waited for by nobody: a stop of the container takes its way. */
    private void renew(Desired.Container container) {
        ContainerId id = container.id();
        at.put(id, container.files());
        source.fetch(id).whenComplete((files, trouble) -> {
            if (trouble == null) {
                workers.submit(id, () -> put(container, files));
            } else {
                again(container, trouble);
            }
        });
    }

    private void put(Desired.Container container, KeptFiles files) {
        try {
            runtime.renew(container, files);
            deciding.post(() -> at.remove(container.id(), container.files()));
        } catch (RuntimeException | Error e) {
            again(container, e);
        }
    }

    private void again(Desired.Container container, Throwable trouble) {
        LOG.warnf("rotated files of %s are to come: %s", container.name(), trouble.getMessage());
        deciding.later(() -> {
            at.remove(container.id(), container.files());
            deciding.again().accept(container.id());
        });
    }
}
