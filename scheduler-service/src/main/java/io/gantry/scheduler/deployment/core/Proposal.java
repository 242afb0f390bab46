package io.gantry.scheduler.deployment.core;

import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.spec.ContainerSpec;
import java.util.UUID;

/**
 * What a person wants of a deployment and network-service must grant first.
 *
 * @param request names the question and its answer
 * @param makesIt there is no such deployment yet
 * @param wish what it becomes when that is granted
 */
public record Proposal(
        DeploymentId deployment, UUID request, String project, String name, boolean makesIt, DeploymentWish.Become wish) {

    public static Proposal toChange(Deployment deployment, UUID request, DeploymentWish.Answer.Granted granted) {
        Revision made = granted.made().getFirst();
        DeploymentWish.Become become = new DeploymentWish.Become(granted.deployment().spec(), made.image(), made.reason());
        return new Proposal(deployment.id(), request, deployment.project(), deployment.name(), false, become);
    }

    /**
     * Virtual IP or ports would be others than they are.
     *
     * @param before {@code null} where nothing is yet
     */
    public static boolean needed(ContainerSpec before, ContainerSpec after) {
        return !after.network().equals(ContainerSpec.NO_NETWORK)
                && (before == null || !before.network().equals(after.network()) || !before.ports().equals(after.ports()));
    }

    public DeploymentEvent question() {
        return question(deployment, request, name, wish.spec().template());
    }

    public static DeploymentEvent question(DeploymentId deployment, UUID request, String name, ContainerSpec template) {
        return new DeploymentEvent.ServiceWanted(deployment, request, name, template.network(), template.ports());
    }
}
