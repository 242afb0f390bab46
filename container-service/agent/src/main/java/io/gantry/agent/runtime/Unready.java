package io.gantry.agent.runtime;

import io.gantry.contracts.state.Observed;

/** Something that a container needs isn't on this host. */
public interface Unready {
    Observed.Failure failure();

    /** Nothing is wrong but that its source can't be reached now. */
    boolean sourceAway();
}
