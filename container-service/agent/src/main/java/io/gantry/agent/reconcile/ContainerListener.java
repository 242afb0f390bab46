package io.gantry.agent.reconcile;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Desired;
import java.util.Optional;

/** Told of every change of a container here, in order, on the deciding thread; must not block. */
public interface ContainerListener {
    void changed(Held held, Optional<Desired.Container> wanted);

    /** Nothing of it is left. */
    void gone(ContainerId id);

    /** Everything is said under this epoch from now on. */
    void epoch(long epoch);
}
