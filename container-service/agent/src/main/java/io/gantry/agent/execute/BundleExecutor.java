package io.gantry.agent.execute;

import io.gantry.agent.plan.Plan;
import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.CallOff;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kernel.overlay.OverlayMounts;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SystemCalls;
import java.util.List;
import java.util.Optional;

/** The agent's executor for plans of bundles: the same steps, the same launcher, for a command that ends when the container is there. */
public final class BundleExecutor {
    private final SystemCalls calls;

    public BundleExecutor(SystemCalls calls) {
        this.calls = calls;
    }

    /** @param micros what each step took */
    public record Begun(int pid, List<Long> micros) {}

    /**
     * Until the first process waits for the word to start, or, of a further command, until it runs. What it leaves is that process alone.
     *
     * @throws StepFailure when a step fails; all before it has been undone
     */
    public Begun run(Plan plan) throws StepFailure {
        try (Fd program = LauncherProgram.load(calls);
                OwnerMaps owners = new OwnerMaps(calls, program)) {
            PlanExecutor executor = new PlanExecutor(calls, program, owners, new NoCables(), new OverlayMounts(calls, OverlayMounts.Layers.ONE_BY_ONE, OverlayMounts.Source.DETACHED), RunSockets.none(), Means.PATIENCE);
            Executed executed = executor.execute(plan, Optional.empty(), StepListener.NONE, () -> {}, new CallOff());
            calls.waitFor(executed.launcher());
            return new Begun(executed.pid(), executed.micros());
        }
    }

    /** Ends all that is in a group of the unified tree, and waits until it is empty. */
    public void end(String group) {
        CgroupWatch watch = new CgroupWatch(calls, group);
        watch.kill();
        watch.awaitEmpty();
    }

    /** Lets all in a group of the unified tree stand still, or go on. */
    public void freeze(String group, boolean still) {
        new CgroupWatch(calls, group).freeze(still);
    }

    public boolean frozen(String group) {
        return new CgroupWatch(calls, group).frozen();
    }

    /** A bundle's network is made by who makes its namespace. */
    private static final class NoCables implements Cables {
        @Override
        public Cable make(String name, int pid) {
            throw new IllegalStateException("a bundle has no cable");
        }

        @Override
        public void limit(String hostInterface, String inside, int pid, Long in, Long out) {
            throw new IllegalStateException("a bundle has no cable");
        }

        @Override
        public void tie(int pid, String inside, Attachment network) {
            throw new IllegalStateException("a bundle has no cable");
        }

        @Override
        public void bringUp(int pid, String inside, Attachment network) {
            throw new IllegalStateException("a bundle has no cable");
        }

        @Override
        public void leadOut(int pid, String inside, Ipv4 gateway) {
            throw new IllegalStateException("a bundle has no cable");
        }

        @Override
        public void unplug(String hostInterface) {
            throw new IllegalStateException("a bundle has no cable");
        }
    }
}
