package io.gantry.agent.execute;

import io.gantry.agent.plan.GroupLimits;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.cgroup.LimitUnavailable;
import io.gantry.kernel.cgroup.Limits;
import io.gantry.kernel.netlink.socket.NetlinkFailure;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Other limits for a container that runs: only what differs is written, in an order that the kernel takes; when it refuses one, the others are taken back. */
final class LimitUpdate {
    private static final System.Logger LOG = System.getLogger(LimitUpdate.class.getName());
    static final String STEP = "update-limits";
    private static final int LARGEST_FILE = 1 << 20;

    /** A process that forks while it is moved leaves children behind: they are found in the next round. */
    private static final int ROUNDS = 50;

    private final SystemCalls calls;
    private final CgroupHierarchy cgroups;
    private final Cables cables;
    private final ContainerRecord container;
    private final String slot;
    private final Deque<Runnable> undos = new ArrayDeque<>();

    LimitUpdate(SystemCalls calls, CgroupHierarchy cgroups, Cables cables, ContainerRecord container) {
        this.calls = calls;
        this.cgroups = cgroups;
        this.cables = cables;
        this.container = container;
        slot = container.slotName();
    }

    /** @return why it can't be; then nothing has changed */
    Optional<Observed.Failure> apply(Resources from, Resources to) {
        try {
            change(from, to);
            return Optional.empty();
        } catch (LimitUnavailable e) {
            undoAll();
            return Optional.of(new Observed.Failure(STEP, 0, "resources." + e.limit() + ": " + e.getMessage(), e.remedy()));
        } catch (SyscallFailure e) {
            Observed.Failure why = refused(e);
            undoAll();
            return Optional.of(why);
        } catch (NetlinkFailure e) {
            undoAll();
            return Optional.of(new Observed.Failure(STEP, e.errno(), "the kernel refused it: " + e.getMessage(), "look whether this kernel has sch_tbf"));
        }
    }

    /** What is settled with a start. */
    static Optional<Observed.Failure> fixed(Resources from, Resources to) {
        if (!Objects.equals(from.exclusiveCores(), to.exclusiveCores())) {
            return Optional.of(new Observed.Failure(STEP, 0, "resources.exclusiveCores can't be changed while it runs", "stop it, and start it again"));
        }
        if (!from.sharedMemory().equals(to.sharedMemory()) && to.shm() != null) {
            return Optional.of(new Observed.Failure(STEP, 0, "resources.shm can't be changed while it runs", "stop it, and start it again"));
        }
        return from.rlimits().equals(to.rlimits())
                ? Optional.empty()
                : Optional.of(new Observed.Failure(STEP, 0, "resources.rlimits can't be changed while it runs", "stop it, and start it again"));
    }

    private void change(Resources from, Resources to) {
        Limits before = GroupLimits.of(from, DeviceNumbers.of(from.devices()));
        Limits after = GroupLimits.of(to, DeviceNumbers.of(to.devices()));
        List<CgroupHierarchy.Change> changes = cgroups.changes(slot, before, after);
        if (to.memory().compareTo(from.memory()) < 0) {
            cgroups.memoryReclaim(slot).ifPresent(file -> reclaim(file, to.memory()));
        }
        cgroups.opened(after).forEach(above -> above.setup().forEach(setting -> write(above.path() + "/" + setting.file(), setting.value())));
        List<CgroupHierarchy.Group> groups = cgroups.groups(slot, after);
        for (CgroupHierarchy.Change change : changes) {
            undos.push(() -> write(change.path() + "/" + change.setting().file(), change.back().value()));
            groups.stream().filter(group -> group.path().equals(change.path())).findFirst().filter(this::make).ifPresent(this::enter);
            write(change.path() + "/" + change.setting().file(), change.setting().value());
        }
        traffic(from, to);
        if (from.oomScore().intValue() != to.oomScore()) {
            undos.push(() -> scoreAll(from.oomScore()));
            scoreAll(to.oomScore());
        }
    }

    private void traffic(Resources from, Resources to) {
        if (Objects.equals(from.networkIn(), to.networkIn()) && Objects.equals(from.networkOut(), to.networkOut()) || container.plugs().isEmpty()) {
            return; // what has no network keeps within any rate
        }
        undos.push(() -> limitTraffic(from));
        limitTraffic(to);
    }

    private void limitTraffic(Resources limits) {
        container.plugs().forEach(plug ->
                cables.limit(plug.hostInterface(), plug.inside(), container.pid(), rate(limits.networkIn()), rate(limits.networkOut())));
    }

    private static Long rate(Bytes perSecond) {
        return perSecond == null ? null : perSecond.value();
    }

    /** What is in memory beyond the new limit goes first, or nothing is changed: the limit itself would end processes. */
    private void reclaim(String file, Bytes limit) {
        long usage = usage();
        if (usage <= limit.value()) {
            return;
        }
        try {
            write(file, Long.toString(usage - limit.value()));
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.EAGAIN) {
                throw e;
            }
        }
        if (usage() > limit.value()) {
            throw new SyscallFailure("write", file, Errno.EBUSY);
        }
    }

    /** @return whether it wasn't there */
    private boolean make(CgroupHierarchy.Group group) {
        try {
            calls.makeFolder(group.path(), 0755);
        } catch (SyscallFailure e) {
            if (e.errno() == Errno.EEXIST) {
                return false;
            }
            throw e;
        }
        group.setup().forEach(setting -> write(group.path() + "/" + setting.file(), setting.value()));
        return true;
    }

    private void enter(CgroupHierarchy.Group group) {
        for (int round = 0; round < ROUNDS; round++) {
            List<String> missing = processes(cgroups.unified(slot));
            missing.removeAll(processes(group.path()));
            if (missing.isEmpty()) {
                return;
            }
            missing.forEach(pid -> unlessGone(() -> write(group.path() + "/cgroup.procs", pid)));
        }
        throw new SyscallFailure("write", group.path() + "/cgroup.procs", Errno.EAGAIN);
    }

    private void scoreAll(int score) {
        processes(cgroups.unified(slot)).forEach(pid -> unlessGone(() -> write("/proc/" + pid + "/oom_score_adj", Integer.toString(score))));
    }

    private static void unlessGone(Runnable action) {
        try {
            action.run();
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.ESRCH && e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    private List<String> processes(String group) {
        return new ArrayList<>(text(group + "/cgroup.procs").lines().toList());
    }

    private long usage() {
        return Long.parseLong(text(cgroups.memoryUsage(slot)).strip());
    }

    private Observed.Failure refused(SyscallFailure e) {
        String file = e.subject().substring(e.subject().lastIndexOf('/') + 1);
        boolean full = e.errno() == Errno.EBUSY && file.startsWith("memory");
        return new Observed.Failure(
                STEP,
                e.errno(),
                "the kernel refused it: " + file + ": " + Errno.describe(e.errno()) + (full ? "; " + new Bytes(usage()) + " are in use" : ""),
                full ? "choose a limit above what is in use, or let it free some first" : "check it against what this host has");
    }

    private void undoAll() {
        while (!undos.isEmpty()) {
            try {
                undos.pop().run();
            } catch (SyscallFailure e) {
                LOG.log(System.Logger.Level.WARNING, "a limit could not be taken back", e);
            }
        }
    }

    private String text(String path) {
        try (Fd file = calls.open(path, LinuxHeader.O_RDONLY, 0)) {
            return new String(calls.read(file, LARGEST_FILE), StandardCharsets.US_ASCII);
        }
    }

    private void write(String path, String value) {
        try (Fd file = calls.open(path, LinuxHeader.O_WRONLY, 0)) {
            calls.write(file, value.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
