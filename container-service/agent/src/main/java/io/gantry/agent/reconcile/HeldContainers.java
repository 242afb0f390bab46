package io.gantry.agent.reconcile;

import io.gantry.contracts.id.ContainerId;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** The containers that this node holds: in memory, in the journal, and told of whenever one changes. Of the deciding thread alone. */
final class HeldContainers {
    private static final Logger LOG = Logger.getLogger(HeldContainers.class);
    private final Journal journal;
    private final Consumer<Held> news;
    private final Map<ContainerId, Held> held = new HashMap<>();

    HeldContainers(Journal journal, Consumer<Held> news) {
        this.journal = journal;
        this.news = news;
    }

    /** What an earlier agent had written down. */
    void take(Map<ContainerId, Held> remembered) {
        held.putAll(remembered);
    }

    /** {@code null} if it isn't held. */
    Held get(ContainerId id) {
        return held.get(id);
    }

    Optional<Held> find(ContainerId id) {
        return Optional.ofNullable(held.get(id));
    }

    boolean has(ContainerId id) {
        return held.containsKey(id);
    }

    Set<ContainerId> ids() {
        return Set.copyOf(held.keySet());
    }

    List<Held> all() {
        return List.copyOf(held.values());
    }

    void put(Held next) {
        keep(next);
        tell(next);
    }

    /** Without a word to anybody. */
    void keep(Held next) {
        held.put(next.id(), next);
        remember(next);
    }

    void forget(ContainerId id) {
        held.remove(id);
        journal.forget(id);
    }

    void tell(Held one) {
        news.accept(one);
    }

    void tellAll() {
        all().forEach(this::tell);
    }

    /** What can't be written is done and told nevertheless: a restarted agent finds out from the kernel, or starts again what it missed. */
    private void remember(Held one) {
        try {
            journal.remember(one);
        } catch (UncheckedIOException e) {
            LOG.errorf(e, "what was done with %s could not be written down; is the disk of the agent's data folder full?", one.id().shortForm());
        }
    }
}
