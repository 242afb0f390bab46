package io.gantry.container.lifecycle.core;

import java.util.ArrayList;
import java.util.List;

/** What is removed at its end is so by the decision that takes its end in, or that keeps it from beginning again. */
final class Ending {
    private Ending() {}

    /** @param decided what is to become of it but for that */
    static Decision decide(Container container, Decision decided) {
        if (!container.spec().removedAtItsEnd() || !(decided instanceof Decision.Accepted(var changes)) || changes.isEmpty()) {
            return decided;
        }
        Container after = container;
        for (ContainerChange change : changes) {
            after = ContainerDecider.evolve(after, change);
        }
        boolean over = after.state() instanceof ContainerState.Exited || after.state() instanceof ContainerState.Failed;
        if (!over || ContainerDecider.aboutToStart(after) || !(ContainerDecider.withdrawn(after) instanceof Decision.Accepted(var removal))) {
            return decided;
        }
        List<ContainerChange> all = new ArrayList<>(changes);
        all.addAll(removal);
        return new Decision.Accepted(all);
    }
}
