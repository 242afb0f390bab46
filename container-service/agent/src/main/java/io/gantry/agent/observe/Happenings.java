package io.gantry.agent.observe;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Observed;

/** Told of what happens in a container and leaves no state behind; in the order in which it happens. Doesn't wait for anything. */
@FunctionalInterface
public interface Happenings {
    void happened(ContainerId id, Observed.What what);
}
