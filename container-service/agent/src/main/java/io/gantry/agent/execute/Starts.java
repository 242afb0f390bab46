package io.gantry.agent.execute;

import io.gantry.agent.plan.LayerState;
import io.gantry.agent.plan.Lender;
import io.gantry.agent.plan.Plan;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.rule.NetworkRule;
import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.CallOff;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.state.Observed;
import io.gantry.kernel.cgroup.CoreSet;
import io.gantry.kernel.cgroup.LimitUnavailable;
import io.gantry.kernel.probe.KernelReport;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Makes containers: from a parked process that fits, else from nothing. The record is written meanwhile, and is there before the monitor
 * learns whose it is: what is found without a record until then ends by itself or is nobody's. A start that fails leaves neither record
 * nor anything else.
 */
final class Starts {
    private static final String RECORD_HINT = "look at the disk of the agent's data folder: it may be full";
    private final ContainerFolders folders;
    private final ContainerRecords records;
    private final Slots slots;
    private final Lenders lenders;
    private final CoreBounds cores;
    private final ParkingLot parking;
    private final PlanInputs inputs;
    private final PlanExecutor executor;
    private final Means means;
    private final AttachSessions clients;
    private final KernelReport kernel;
    private final HostBoot boot;

    Starts(
            ContainerFolders folders, ContainerRecords records, Slots slots, Lenders lenders, CoreBounds cores, ParkingLot parking, PlanInputs inputs,
            PlanExecutor executor, Means means, AttachSessions clients, KernelReport kernel, HostBoot boot) {
        this.folders = folders;
        this.records = records;
        this.slots = slots;
        this.lenders = lenders;
        this.cores = cores;
        this.parking = parking;
        this.inputs = inputs;
        this.executor = executor;
        this.means = means;
        this.clients = clients;
        this.kernel = kernel;
        this.boot = boot;
    }

    /** What runs, and who follows it. */
    @FunctionalInterface
    interface Follower<T> {
        T follow(ContainerRecord record, Executed executed);
    }

    /** @param follower told once the command runs; when it throws, the container is its to end */
    <T> T start(RunRequest request, CallOff callOff, Follower<T> follower) throws StartFailure {
        ContainerId id = request.container().id();
        Beginning beginning = begin(request);
        ContainerRecord record = beginning.record();
        boolean runs = false;
        try {
            makeFolders(record, beginning.isParked());
            if (Files.exists(folders.exit(id))) {
                Trees.delete(folders.exit(id));
            }
            Aside recording = Aside.begin(() -> records.save(record));
            Executed executed;
            try {
                if (record.cores() != null) {
                    cores.settle();
                }
                Runnable attach = () -> clients.connect(id);
                executed = executor.execute(beginning.plan(), beginning.use(), means.steps(), recording::await, attach, callOff);
            } finally {
                recording.await();
            }
            T result = follower.follow(record, executed);
            runs = true;
            // who came after its monitor was first there
            clients.connect(id);
            if (!cores.of(id).equals(beginning.cores())) {
                cores.settle(); // somebody was given some, or gave some back, while this one was made
            }
            return result;
        } catch (StepFailure e) {
            throw new StartFailure(Hints.describe(e, kernel), e);
        } catch (UncheckedIOException e) {
            throw new StartFailure(new Observed.Failure("record", 0, e.getCause().getMessage(), RECORD_HINT), e);
        } finally {
            parking.started();
            if (!runs) {
                clients.abandon(id);
                beginning.use().ifPresent(ParkingLot::discard);
                try {
                    Trees.delete(folders.sockets(id));
                } finally {
                    giveBack(record);
                }
            }
        }
    }

    private void makeFolders(ContainerRecord record, boolean parked) {
        ContainerId id = record.container().id();
        if (parked) {
            folders.spares(record.slotName()).become(folders.container(id), folders.sockets(id), record.container().spec().resources().disk() != null);
        } else {
            Trees.makeFolder(folders.container(id));
        }
    }

    /** In this order: recovery takes a record's word for whose groups those of its slot are. */
    private void giveBack(ContainerRecord record) {
        records.forget(record.container().id());
        cores.leave(record.container().id());
        slots.free(record.slot());
    }

    private Beginning begin(RunRequest request) throws StartFailure {
        Optional<Parked> parked = parking.take();
        if (parked.isPresent() && madeFromNothing(request.container().spec())) {
            parking.giveBack(parked.get());
            parked = Optional.empty();
        }
        boolean begun = false;
        try {
            Beginning beginning = parked.isPresent() ? fitting(request, parked.get()) : anew(request);
            begun = true;
            return beginning;
        } catch (LimitUnavailable e) {
            throw new StartFailure(Hints.describe(e), e);
        } catch (IllegalArgumentException e) {
            throw new StartFailure(new Observed.Failure("plan", 0, e.getMessage(), ""), e);
        } finally {
            if (!begun) {
                cores.leave(request.container().id());
                parking.started();
                clients.abandon(request.container().id());
            }
        }
    }

    /** A parked process has a user namespace of its own, and is our launcher's. */
    private boolean madeFromNothing(ContainerSpec spec) {
        return spec.lender().isPresent() || !spec.runtime().equals(ContainerSpec.DEFAULT_RUNTIME);
    }

    private Beginning fitting(RunRequest request, Parked parked) throws StartFailure {
        boolean fits = false;
        try {
            ContainerRecord record = cores.enter(record(request, parked.slot(), null));
            Beginning beginning = beginning(request, record, Optional.empty(), parked);
            fits = parked.fits(beginning.plan());
            if (fits) {
                return beginning;
            }
        } finally {
            if (!fits) {
                parking.giveBack(parked);
            }
        }
        return anew(request);
    }

    private Beginning anew(RunRequest request) throws StartFailure {
        int slot = takeSlot();
        boolean planned = false;
        try {
            Optional<Lenders.Loan> loan = lenders.lend(request.container(), slot);
            ContainerRecord record = cores.enter(record(request, slot, loan.map(Lenders.Loan::slot).orElse(null)));
            Beginning beginning = beginning(request, record, loan.map(Lenders.Loan::lender), null);
            planned = true;
            return beginning;
        } finally {
            if (!planned) {
                slots.free(slot);
            }
        }
    }

    private Beginning beginning(RunRequest request, ContainerRecord record, Optional<Lender> lender, Parked parked) {
        Optional<CoreSet> where = cores.of(request.container().id());
        PlanInput input = inputs.of(request, record, layer(request.container().id()), lender, where, clients.size(request.container().id()));
        return new Beginning(record, means.planner().apply(input), where, parked);
    }

    private ContainerRecord record(RunRequest request, int slot, Integer lentSlot) {
        List<Attachment> networks = request.networks();
        List<Plug> plugs = IntStream.range(0, networks.size()).mapToObj(i -> Plug.of(NetworkRule.inside(i), networks.get(i))).toList();
        return new ContainerRecord(request.container(), request.run(), slot, plugs, 0, null, null, boot.id(), lentSlot, null, Substitutes.procView(kernel));
    }

    private LayerState layer(ContainerId id) {
        if (!Files.exists(folders.container(id))) {
            return LayerState.NEW;
        }
        return records.load(id).filter(last -> last.tornIn(boot)).isPresent() ? LayerState.TORN : LayerState.KEPT;
    }

    private int takeSlot() throws StartFailure {
        try {
            return slots.take();
        } catch (IllegalStateException e) {
            Optional<Integer> given = parking.yieldSlot();
            if (given.isPresent()) {
                return given.get();
            }
            throw new StartFailure(
                    new Observed.Failure("id-range", 0, e.getMessage(), "stop containers here or widen the agent's id slice"), e);
        }
    }

    /** Where a start begins. */
    private static final class Beginning {
        private final ContainerRecord record;
        private final Plan plan;
        private final Optional<CoreSet> cores;
        private Parked parked;

        /** @param cores by the plan; @param parked {@code null} if it begins from nothing */
        Beginning(ContainerRecord record, Plan plan, Optional<CoreSet> cores, Parked parked) {
            this.record = record;
            this.plan = plan;
            this.cores = cores;
            this.parked = parked;
        }

        ContainerRecord record() {
            return record;
        }

        Plan plan() {
            return plan;
        }

        Optional<CoreSet> cores() {
            return cores;
        }

        boolean isParked() {
            return parked != null;
        }

        /** Once: from here on it is the caller's to undo. */
        Optional<Parked> use() {
            Optional<Parked> used = Optional.ofNullable(parked);
            parked = null;
            return used;
        }
    }
}
