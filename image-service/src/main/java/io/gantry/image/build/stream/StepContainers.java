package io.gantry.image.build.stream;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.kit.stream.ShortWay;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/**
 * Tells builds what becomes of their containers: as soon as it is told within this process, and when Kafka brings it, whichever comes first. Kept in memory only: a build that was interrupted by a restart has failed, and its
 * containers are given back.
 */
@Singleton
public class StepContainers {
    private static final Logger LOG = Logger.getLogger(StepContainers.class);
    private final Map<ContainerId, StepContainer> awaited = new ConcurrentHashMap<>();

    @Inject
    StepContainers(ShortWay way) {
        way.listenToFacts(Topics.CONTAINER, this::heard);
    }

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
            heard(Fact.fromJson(json));
        } catch (IllegalArgumentException e) {
            LOG.errorf("what is no fact is skipped: %s", e.getMessage());
        }
    }

    /** Once more makes no difference. */
    private void heard(Fact fact) {
        if (fact.event() instanceof ContainerEvent event) {
            StepContainer container = awaited.get(event.id());
            if (container != null) {
                container.apply(event);
            }
        }
    }
}
