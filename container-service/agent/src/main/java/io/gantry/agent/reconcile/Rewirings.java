package io.gantry.agent.reconcile;

import io.gantry.agent.network.HostNetwork;
import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.state.Desired;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Other networks for containers that run: plugged in once all that they shall be on can be, and out, again and again until that is done. What an agent
 * before this one has left half done can't be told from what it wrote down: once, that is gone through again. Of the deciding thread.
 */
final class Rewirings {
    private static final Logger LOG = Logger.getLogger(Rewirings.class);
    private final ContainerRuntime runtime;
    private final HostNetwork network;
    private final Connections connections;
    private final Workers workers;
    private final Deciding deciding;
    private final Map<ContainerId, List<EndpointId>> at = new HashMap<>();
    /** What is written down of these is how it is: this agent has done it, and come to the end of it. */
    private final Set<ContainerId> sure = new HashSet<>();

    Rewirings(ContainerRuntime runtime, HostNetwork network, Connections connections, Workers workers, Deciding deciding) {
        this.runtime = runtime;
        this.network = network;
        this.connections = connections;
        this.workers = workers;
        this.deciding = deciding;
    }

    static List<EndpointId> endpoints(List<Attachment> networks) {
        return networks.stream().map(Attachment::endpoint).toList();
    }

    /** It is plugged in with its start. */
    void starts(ContainerId id) {
        sure.add(id);
    }

    void keep(Held one, Optional<Desired.Container> wanted) {
        if (one.stage() != Held.Stage.RUNNING && one.stage() != Held.Stage.PAUSED) {
            at.remove(one.id());
            if (one.stage() != Held.Stage.STARTING) {
                sure.remove(one.id());
            }
            return;
        }
        wanted.filter(container -> container.spec().connectable() && connections.serve(container))
                .ifPresent(container -> rewire(container, one, connections.of(container)));
    }

    private void rewire(Desired.Container container, Held one, List<Attachment> networks) {
        ContainerId id = container.id();
        List<EndpointId> endpoints = endpoints(networks);
        if (endpoints.equals(at.get(id)) || !at.containsKey(id) && sure.contains(id) && endpoints.equals(one.plugged())) {
            return; // a worker is at it, or it is so
        }
        at.put(id, endpoints);
        sure.remove(id);
        workers.submit(id, () -> {
            try {
                networks.forEach(network::letSend);
                runtime.rewire(id, networks);
                deciding.post(() -> done(id, endpoints));
            } catch (RuntimeException | Error e) {
                LOG.warnf(e, "%s could not be plugged in as it shall be; trying again", container.name());
                deciding.later(() -> {
                    at.remove(id, endpoints);
                    deciding.again().accept(id);
                });
            }
        });
    }

    private void done(ContainerId id, List<EndpointId> endpoints) {
        if (at.remove(id, endpoints)) {
            sure.add(id);
        }
        Held now = deciding.held().get(id);
        if (now != null && now.alive()) {
            deciding.become(now.plugged(endpoints));
        }
    }
}
