package io.gantry.agent.execute;

import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.syscall.SystemCalls;
import java.util.Optional;

/** Other limits for containers that run: the kernel's, the cores that are theirs alone, and what is recorded of them, all or none. */
final class LiveLimits {
    private final SystemCalls calls;
    private final CgroupHierarchy cgroups;
    private final Cables cables;
    private final CoreBounds cores;
    private final Watch watch;
    private final Leftovers leftovers;

    LiveLimits(SystemCalls calls, CgroupHierarchy cgroups, Cables cables, CoreBounds cores, Watch watch, Leftovers leftovers) {
        this.calls = calls;
        this.cgroups = cgroups;
        this.cables = cables;
        this.cores = cores;
        this.watch = watch;
        this.leftovers = leftovers;
    }

    /** @return why it can't be; all is as before then */
    Optional<Observed.Failure> update(LiveContainer live, Desired.Container wanted) {
        ContainerRecord record = live.record();
        Resources before = record.container().spec().resources();
        Resources bound = cores.bound(wanted.id(), before);
        Optional<Observed.Failure> refusal =
                LimitUpdate.fixed(before, wanted.spec().resources()).or(() -> cores.become(record.of(wanted), LimitUpdate.STEP));
        if (refusal.isPresent()) {
            return refusal;
        }
        refusal = new LimitUpdate(calls, cgroups, cables, record).apply(bound, cores.bound(wanted.id(), wanted.spec().resources()));
        if (refusal.isPresent()) {
            cores.become(record, LimitUpdate.STEP);
        }
        cores.settleIfAnyAreGiven();
        if (refusal.isEmpty()) {
            watch.become(live, record.of(wanted.withFiles(record.container().files())));
            leftovers.countReservations(record);
            leftovers.countReservations(record.of(wanted));
        }
        return refusal;
    }
}
