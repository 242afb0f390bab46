package io.gantry.agent.execute;

import io.gantry.agent.plan.CableStep;
import io.gantry.agent.plan.Step;
import io.gantry.agent.runtime.Attachment;
import java.util.OptionalLong;

/**
 * The cable of a parked process: plugged in and addressed beside the steps before those that say so, since it needs nothing of them and the
 * kernel takes its time with links. Each of the two is done when its step is.
 */
final class AsideCable implements Cables.Cable {
    private final Cables.Cable cable;
    private final Aside plugged;
    private final Aside addressed;
    private volatile long plugMicros;
    private volatile long addressMicros;

    AsideCable(Cables.Cable cable, Attachment network) {
        this.cable = cable;
        plugged = Aside.begin(() -> plugMicros = micros(() -> cable.plug(network)));
        addressed = plugged.then(() -> addressMicros = micros(() -> cable.address(network)));
    }

    private static long micros(Runnable work) {
        long before = System.nanoTime();
        work.run();
        return (System.nanoTime() - before) / 1000;
    }

    @Override
    public void plug(Attachment network) {
        plugged.await();
    }

    @Override
    public void address(Attachment network) {
        addressed.await();
    }

    /** What the work of a step took, though its step only waited for it; empty for other steps. */
    OptionalLong micros(Step step) {
        return switch (step) {
            case CableStep.PlugVeth _ -> OptionalLong.of(plugMicros);
            case CableStep.SetAddress _ -> OptionalLong.of(addressMicros);
            default -> OptionalLong.empty();
        };
    }

    /** However it ends. */
    void awaitEnd() {
        addressed.awaitEnd();
    }

    @Override
    public void close() {
        cable.close();
    }
}
