package io.gantry.agent.execute;

import io.gantry.agent.plan.Lender;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.kernel.syscall.LinuxHeader;
import java.util.Optional;

/** Containers of this node whose namespaces others share. */
final class Lenders {
    private static final String STAGE = "share";
    private final ContainerFolders folders;
    private final Watch watch;
    private final Slots slots;

    /** @param slot whose ids the one that shares has */
    record Loan(Lender lender, int slot) {}

    Lenders(ContainerFolders folders, Watch watch, Slots slots) {
        this.folders = folders;
        this.watch = watch;
        this.slots = slots;
    }

    /**
     * The one whose namespaces {@code wanted} shares, if it does. From here on nobody else gets that one's ids until {@code slot}, the new
     * container's own, is freed.
     *
     * @throws StartFailure if they can't be shared
     */
    Optional<Loan> lend(Desired.Container wanted, int slot) throws StartFailure {
        if (wanted.spec().lender().isEmpty()) {
            return Optional.empty();
        }
        Loan loan = find(wanted);
        slots.lend(loan.slot(), slot);
        // what runs after the ids were lent had them still
        if (!loan.equals(find(wanted))) {
            throw failure("container " + loan.lender().name() + ", whose namespaces it shares, was started anew just now", "start it again");
        }
        return Optional.of(loan);
    }

    private Loan find(Desired.Container wanted) throws StartFailure {
        String ref = wanted.spec().lender().orElseThrow();
        Optional<ContainerRecord> found = ref.matches("[0-9a-f]{64}") ? watch.get(new ContainerId(ref)).map(LiveContainer::record) : Optional.empty();
        // of another project it is as if it weren't there
        ContainerRecord record = found.filter(one -> one.pid() > 0 && one.container().project().equals(wanted.project()))
                .orElseThrow(() -> failure(
                        "container " + shortly(ref) + ", whose namespaces it shares, isn't running on this node",
                        "start that one first, on this node; this one goes with it by its restart policy"));
        Desired.Container container = record.container();
        check(container, wanted.spec());
        Lender lender = new Lender(
                container.name(), PlanInput.hostname(container), PlanInput.domainname(container), record.pid(), folders.names(record.slotName()).toString(), namespaces(wanted.spec()));
        return new Loan(lender, record.rangeSlot());
    }

    private static void check(Desired.Container lender, ContainerSpec wanted) throws StartFailure {
        ContainerSpec has = lender.spec();
        checkIts(lender, "network", wanted.sharesNetwork(), has.sharesNetwork(), has.hostNetwork());
        checkIts(lender, "ipc namespace", wanted.namespaces().sharesIpc(), has.namespaces().sharesIpc(), has.namespaces().hostIpc());
        checkIts(lender, "pid namespace", wanted.namespaces().sharesPid(), has.namespaces().sharesPid(), has.namespaces().hostPid());
    }

    /** What a container doesn't own it can't lend; the host's is had by the node's grant alone. */
    private static void checkIts(Desired.Container lender, String what, boolean asked, boolean anothers, boolean hosts) throws StartFailure {
        if (asked && anothers) {
            throw failure("the " + what + " of container " + lender.name() + " is another container's", "name container " + shortly(lender.spec().lender().orElseThrow()));
        }
        if (asked && hosts) {
            throw failure("the " + what + " of container " + lender.name() + " is the host's", "ask for that by host, if the node grants it");
        }
    }

    private static long namespaces(ContainerSpec wanted) {
        Namespaces other = wanted.namespaces();
        return LinuxHeader.CLONE_NEWUSER
                | (wanted.sharesNetwork() ? LinuxHeader.CLONE_NEWNET : 0)
                | (other.sharesIpc() ? LinuxHeader.CLONE_NEWIPC : 0)
                | (other.sharesPid() ? LinuxHeader.CLONE_NEWPID : 0);
    }

    private static String shortly(String ref) {
        return ref.length() == 64 ? ref.substring(0, 12) : ref;
    }

    private static StartFailure failure(String detail, String remedy) {
        return new StartFailure(new Observed.Failure(STAGE, 0, detail, remedy), null);
    }
}
