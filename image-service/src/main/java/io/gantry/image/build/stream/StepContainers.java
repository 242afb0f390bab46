package io.gantry.image.build.stream;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.ContainerId;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Tells builds what becomes of their containers. Kept in memory only: a build that was interrupted by a restart has failed, and its
 * containers are given back.
 */
@Singleton
public class StepContainers {
    private static final Logger LOG = Logger.getLogger(StepContainers.class);
    private final Map<ContainerId, StepContainer> awaited = new ConcurrentHashMap<>();

    /** From now on; before it is asked for, so that nothing is missed. */
    public StepContainer await(ContainerId id) {
        return awaited.computeIfAbsent(id, _ -> new StepContainer());
    }

    public void forget(ContainerId id) {
        awaited.remove(id);
    }

    @Incoming("image-container-events")
    void on(String json) {
        if (awaited.isEmpty()) {
            return;
        }
        try {
            if (Fact.fromJson(json).event() instanceof ContainerEvent event && awaited.containsKey(event.id())) {
                awaited.get(event.id()).apply(event);
            }
        } catch (IllegalArgumentException e) {
            LOG.errorf("what is no fact is skipped: %s", e.getMessage());
        }
    }
}
