package io.gantry.agent.execute;

import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.state.Observed;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.cgroup.CoreSet;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Has the kernel keep every container on the cores that {@link OwnCores} leaves it, those that run already, too. */
final class CoreBounds {
    private static final System.Logger LOG = System.getLogger(CoreBounds.class.getName());
    private final SystemCalls calls;
    private final CgroupHierarchy cgroups;
    private final OwnCores cores;

    CoreBounds(SystemCalls calls, CgroupHierarchy cgroups) {
        this.calls = calls;
        this.cgroups = cgroups;
        cores = new OwnCores(CoreSet.parse(cgroups.cores()));
    }

    /** @return the record, with the cores that it has alone */
    ContainerRecord enter(ContainerRecord record) throws StartFailure {
        return record.on(cores.enter(record));
    }

    void mark(ContainerRecord record) {
        cores.mark(record);
    }

    Optional<Observed.Failure> become(ContainerRecord updated, String step) {
        return cores.become(updated, step);
    }

    void leave(ContainerId id) {
        if (cores.leave(id)) {
            settle();
        }
    }

    Optional<CoreSet> of(ContainerId id) {
        return cores.of(id);
    }

    /** Limits by which it runs on no core that is another's. */
    Resources bound(ContainerId id, Resources resources) {
        return cores.of(id).map(set -> resources.boundTo(set.list())).orElse(resources);
    }

    /** To be called whenever somebody may be where it isn't to be. A trouble with one doesn't keep the others where they are. */
    synchronized void settle() {
        cores.everybodys().forEach((slot, set) -> {
            try {
                move(ContainerRecord.slotName(slot), set);
            } catch (SyscallFailure e) {
                LOG.log(Level.WARNING, "what is in " + cgroups.coresOf(ContainerRecord.slotName(slot)) + " could not be bound to cores " + set.list(), e);
            }
        });
    }

    void settleIfAnyAreGiven() {
        if (cores.given()) {
            settle();
        }
    }

    private void move(String slot, CoreSet set) {
        try (Fd file = calls.open(cgroups.coresOf(slot), LinuxHeader.O_WRONLY, 0)) {
            calls.write(file, set.list().getBytes(StandardCharsets.US_ASCII));
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.ENOENT) { // it isn't there yet, or no longer
                throw e;
            }
        }
    }
}
