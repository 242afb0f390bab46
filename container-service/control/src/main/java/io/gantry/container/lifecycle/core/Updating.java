package io.gantry.container.lifecycle.core;

import static io.gantry.container.lifecycle.core.Decision.accept;
import static io.gantry.container.lifecycle.core.Decision.refuse;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.RestartPolicy;
import java.util.Objects;

/**
 * Changes of a container's spec while it lives. Its node is told the new spec, gives a running container what differs, and says so, or says why it
 * can't: then the spec is again what it was. One at a time, so that "what it was" is what the container runs by. Pure.
 */
final class Updating {
    private Updating() {}

    static Decision decide(Container container, ContainerCommand.Update update) {
        if (container.state().leaving()) {
            return ContainerDecider.gone(container);
        }
        if (container.state() instanceof ContainerState.Lost) {
            return ContainerDecider.lost(container);
        }
        if (!(container.owner() instanceof Owner.Person)) {
            return refuse(
                    ProblemType.CONFLICT,
                    "container '" + container.name() + "' isn't a person's: its deployment or build says what it is",
                    "change the deployment, which replaces its replicas");
        }
        if (container.state() instanceof ContainerState.Requested) {
            return refuse(ProblemType.CONFLICT, "container '" + container.name() + "' has no node yet, which its size decides", "try again when it has");
        }
        if (container.state() instanceof ContainerState.Running && underWay(container)) {
            return refuse(ProblemType.CONFLICT, "another update of container '" + container.name() + "' is under way", "try again when it has been answered");
        }
        Resources before = container.spec().resources();
        Resources resources = update.resources() == null ? before : update.resources().apply(before);
        RestartPolicy restart = update.restart() == null ? container.spec().restart() : update.restart();
        if (resources.equals(before) && Objects.equals(restart, container.spec().restart())) {
            return accept();
        }
        if (container.spec().removedAtItsEnd() && restart.mode() != RestartPolicy.Mode.NO) {
            return refuse(
                    ProblemType.CONFLICT,
                    "container '" + container.name() + "' is removed at its end (autoRemove), and what is removed isn't started again",
                    "make another container without autoRemove");
        }
        if (!Objects.equals(before.disk(), resources.disk())) {
            return refuse(
                    ProblemType.CONFLICT,
                    "resources.disk of container '" + container.name() + "' can't be changed: its writable layer's file system is made once",
                    "make another container with that size");
        }
        if (container.state().alive()) {
            String fixed = fixedWhileRunning(before, resources);
            if (fixed != null) {
                return refuse(
                        ProblemType.CONFLICT,
                        fixed + " of container '" + container.name() + "' can't be changed while it runs",
                        "stop it, update it, and start it again");
            }
        }
        return accept(new ContainerChange.Updated(container.updates() + 1, resources, restart));
    }

    /** A person's, of which its node hasn't told; what takes one back needn't be waited for. */
    private static boolean underWay(Container container) {
        return container.updates() > container.seenUpdate() && container.update().before() != null;
    }

    /** @return {@code null} if all that differs can be changed at any time */
    private static String fixedWhileRunning(Resources before, Resources after) {
        if (!Objects.equals(before.exclusiveCores(), after.exclusiveCores())) {
            return "resources.exclusiveCores"; // its node gives them with a start
        }
        if (!Objects.equals(before.shm(), after.shm())) {
            return "resources.shm"; // a mount of the container's own, which nobody outside can remount
        }
        // each process has its own, and passes them on
        return before.rlimits().equals(after.rlimits()) ? null : "resources.rlimits";
    }

    static Container evolve(Container container, ContainerChange.Updated change) {
        return container.edit()
                .spec(container.spec().but().resources(change.resources()).restart(change.restart()).build())
                .update(new Container.Update(change.number(), container.spec().resources(), null))
                .done();
    }

    static Container evolve(Container container, ContainerChange.UpdateTakenBack change) {
        return container.edit()
                .spec(container.spec().but().resources(change.resources()).build())
                .update(new Container.Update(change.number(), null, change.refusal()))
                .done();
    }
}
