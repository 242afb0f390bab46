package io.gantry.image.build.stream;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.NodeId;
import java.util.concurrent.CompletableFuture;

/** What is known of the container of a RUN step that somebody waits for. */
public final class StepContainer {
    /** How it ended. */
    public sealed interface End {
        record Exited(NodeId node, int code, boolean outOfMemory) implements End {}

        /** It never ran, or its node is gone. {@code hint} may be empty. */
        record Lost(String detail, String hint) implements End {}
    }

    private final CompletableFuture<NodeId> begun = new CompletableFuture<>();
    private final CompletableFuture<End> ended = new CompletableFuture<>();

    StepContainer() {}

    /** The node on which it runs or ran; never, if it never ran: look at {@link #ended} too. */
    public CompletableFuture<NodeId> begun() {
        return begun;
    }

    public CompletableFuture<End> ended() {
        return ended;
    }

    void apply(ContainerEvent event) {
        switch (event) {
            case ContainerEvent.Started started -> begun.complete(started.node());
            case ContainerEvent.Exited exited -> {
                begun.complete(exited.node());
                boolean outOfMemory = exited.reason() == io.gantry.contracts.state.Observed.ExitReason.OUT_OF_MEMORY;
                ended.complete(new End.Exited(exited.node(), exited.exitCode(), outOfMemory));
            }
            case ContainerEvent.Failed failed -> ended.complete(new End.Lost(
                    "its container could not start: " + failed.failure().step() + ": " + failed.failure().detail(), failed.failure().hint()));
            case ContainerEvent.Unplaceable unplaceable -> ended.complete(
                    new End.Lost("no node can take its container: " + unplaceable.reasons(), "see the nodes with: gantry nodes"));
            case ContainerEvent.Lost _ -> ended.complete(new End.Lost("its node was lost", "build again"));
            case ContainerEvent.Removed _ -> ended.complete(new End.Lost("its container was removed", "build again"));
            case ContainerEvent.Requested _,
                    ContainerEvent.Placed _,
                    ContainerEvent.LifeChanged _,
                    ContainerEvent.Created _,
                    ContainerEvent.Readiness _,
                    ContainerEvent.Renamed _,
                    ContainerEvent.Updated _,
                    ContainerEvent.NetworksChanged _,
                    ContainerEvent.Signalled _,
                    ContainerEvent.HealthChanged _,
                    ContainerEvent.Paused _,
                    ContainerEvent.Unpaused _,
                    ContainerEvent.News _ -> {
                // on its way
            }
        }
    }
}
