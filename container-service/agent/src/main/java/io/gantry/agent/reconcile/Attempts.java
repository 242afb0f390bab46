package io.gantry.agent.reconcile;

import io.gantry.agent.network.HostNetwork;
import io.gantry.agent.runtime.CallOff;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Each attempt to run a container, from its start by the container's worker to its end. Of the deciding thread. */
final class Attempts {
    private static final Logger LOG = Logger.getLogger(Attempts.class);
    private final ContainerRuntime runtime;
    private final HostNetwork network;
    private final Workers workers;
    private final Deciding deciding;
    private final Map<ContainerId, CallOff> starts = new HashMap<>();
    private final Map<ContainerId, Exit> earlyExits = new HashMap<>();

    Attempts(ContainerRuntime runtime, HostNetwork network, Workers workers, Deciding deciding) {
        this.runtime = runtime;
        this.network = network;
        this.workers = workers;
        this.deciding = deciding;
    }

    void begin(RunRequest request) {
        Desired.Container container = request.container();
        ContainerId id = container.id();
        CallOff callOff = new CallOff();
        starts.put(id, callOff);
        workers.submit(id, () -> {
            try {
                Running running = start(request, callOff);
                deciding.post(() -> started(id, running));
            } catch (StartFailure e) {
                LOG.warnf("%s could not be started: %s", container.name(), e.getMessage());
                deciding.post(() -> failed(id, e.failure()));
            } catch (RuntimeException | Error e) {
                LOG.errorf(e, "%s could not be started", container.name());
                deciding.post(() -> failed(id, new Observed.Failure("start", 0, String.valueOf(e.getMessage()), "see the agent's log")));
            }
        });
    }

    /** By the worker. */
    private Running start(RunRequest request, CallOff callOff) throws StartFailure {
        Optional<Observed.Failure> refusal = network.refusal(request.container().id());
        if (refusal.isPresent()) {
            throw new StartFailure(refusal.get(), null);
        }
        request.networks().forEach(network::letSend);
        return runtime.start(request, callOff);
    }

    /** Ends the start that a worker is at. */
    void callOff(ContainerId id) {
        Optional.ofNullable(starts.get(id)).ifPresent(CallOff::callOff);
    }

    private void started(ContainerId id, Running running) {
        starts.remove(id);
        deciding.held().put(deciding.held().get(id).running(running));
        Exit early = earlyExits.remove(id);
        if (early != null) {
            deciding.held().put(deciding.held().get(id).exited(early, deciding.desired().pace(id)));
        }
        deciding.again().accept(id);
    }

    private void failed(ContainerId id, Observed.Failure failure) {
        starts.remove(id);
        earlyExits.remove(id);
        deciding.become(deciding.held().get(id).failed(failure, deciding.now(), deciding.desired().pace(id)));
    }

    void ended(ContainerId id, long run, Exit exit) {
        Held one = deciding.held().get(id);
        if (one == null || one.latest().run() != run) {
            return;
        }
        if (one.stage() == Held.Stage.STARTING) {
            // it was quicker than the word that it began
            earlyExits.put(id, exit);
        } else if (one.alive()) {
            deciding.become(one.exited(exit, deciding.desired().pace(id)));
        }
    }
}
