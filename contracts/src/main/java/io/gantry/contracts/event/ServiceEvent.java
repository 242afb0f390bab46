package io.gantry.contracts.event;

import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import java.util.List;
import java.util.UUID;

/** Virtual IPs of deployments and their ports, from network-service: the answers to {@link DeploymentEvent.ServiceWanted}. */
public sealed interface ServiceEvent extends Event {
    DeploymentId deployment();

    @Override
    default String subject() {
        return deployment().value();
    }

    /** {@code ports} have their chosen host ports. */
    record Leased(
            DeploymentId deployment, UUID request, NetworkId network, String networkName, Ipv4 address, List<PortPublish> ports)
            implements ServiceEvent {}

    /**
     * Nothing was given and nothing taken away: what the deployment had it has still.
     *
     * @param request what was asked; {@code null} when nobody did (a rollout that went back to ports which are somebody else's by now)
     * @param detail which port, and who holds it
     * @param field within the container spec, {@code ports[0].hostPort}, or {@code null}
     * @param hint what to do, or {@code null}
     */
    record Refused(DeploymentId deployment, UUID request, ProblemType problem, String detail, String field, String hint)
            implements ServiceEvent {
        public static Refused of(DeploymentId deployment, UUID request, Refusal refusal) {
            return new Refused(deployment, request, refusal.type(), refusal.detail(), refusal.field(), refusal.hint());
        }
    }
}
