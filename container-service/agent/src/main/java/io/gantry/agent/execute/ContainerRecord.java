package io.gantry.agent.execute;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonFormat;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.runtime.Exit;
import io.gantry.contracts.state.Desired;
import java.time.Instant;
import java.util.List;

/**
 * What the agent must know of a container after a crash of its own. Written before the first side effect of a start, so that
 * whatever happens its leftovers can be found.
 *
 * @param slot which cgroups it has, and which id range
 * @param plugs its cables, the first of them the way out; those that are about to be made or taken away are among them
 * @param pid 0 until its command runs
 * @param exit {@code null} until it has ended
 * @param boot the host's boot in which it was started; {@code null} if an agent from before wrote this
 * @param lentSlot whose id range it has, since it shares that one's namespaces; {@code null} for its own
 * @param cores that it has alone; {@code null} for none
 * @param procView whether its monitor shows it its limits in {@code /proc}; {@code false} if an agent from before wrote this
 */
record ContainerRecord(
        Desired.Container container,
        long run,
        int slot,
        @JsonAlias("hostInterface") @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<Plug> plugs,
        int pid,
        Instant startedAt,
        Exit exit,
        String boot,
        Integer lentSlot,
        String cores,
        boolean procView) {
    ContainerRecord {
        plugs = plugs == null ? List.of() : List.copyOf(plugs);
    }

    ContainerRecord started(int firstProcess, Instant at) {
        return new ContainerRecord(container, run, slot, plugs, firstProcess, at, exit, boot, lentSlot, cores, procView);
    }

    ContainerRecord of(Desired.Container updated) {
        return new ContainerRecord(updated, run, slot, plugs, pid, startedAt, exit, boot, lentSlot, cores, procView);
    }

    ContainerRecord on(String ownCores) {
        return new ContainerRecord(container, run, slot, plugs, pid, startedAt, exit, boot, lentSlot, ownCores, procView);
    }

    ContainerRecord with(List<Plug> others) {
        return new ContainerRecord(container, run, slot, others, pid, startedAt, exit, boot, lentSlot, cores, procView);
    }

    ContainerRecord ended(Exit how) {
        return new ContainerRecord(container, run, slot, plugs, pid, startedAt, how, boot, lentSlot, cores, procView);
    }

    /** What was written in another boot and never synced may be there or not, or in parts. */
    boolean tornIn(HostBoot now) {
        return boot != null && !boot.equals(now.id()) && !PlanInput.keepsLayer(container);
    }

    /** The slot whose ids it has. */
    int rangeSlot() {
        return lentSlot == null ? slot : lentSlot;
    }

    String slotName() {
        return slotName(slot);
    }

    static String slotName(int slot) {
        return "s%05d".formatted(slot);
    }
}
