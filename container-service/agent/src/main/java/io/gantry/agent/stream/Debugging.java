package io.gantry.agent.stream;

import io.gantry.agent.image.LayerStore;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.ExecId;
import io.gantry.contracts.link.DebugOrder;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.spec.ExecSpec;
import java.util.concurrent.CompletionStage;

/** Commands that look into containers of this node; from their making on they are execs, that end with their client. */
final class Debugging {
    private final ContainerRuntime runtime;
    private final LayerStore layers;
    private final Execs execs;

    Debugging(ContainerRuntime runtime, LayerStore layers, Execs execs) {
        this.runtime = runtime;
        this.layers = layers;
        this.execs = execs;
    }

    /** Completes when the image is here. */
    CompletionStage<ExecId> make(ContainerId id, DebugOrder order) {
        DebugSpec spec = order.spec();
        ExecSpec told = new ExecSpec(spec.arguments(order.image().config()), spec.env(), spec.user(), null, spec.tty(), spec.stdin(), true);
        return layers.ensure(order.image())
                .exceptionally(e -> {
                    Throwable cause = e.getCause() == null ? e : e.getCause();
                    throw new StreamRefusal(ProblemType.UNAVAILABLE, "image " + order.image().reference() + " could not be fetched: " + cause.getMessage());
                })
                .thenApply(found -> execs.make(id, told, () -> runtime.debug(id, spec, order.image().config(), found)));
    }
}
