package io.gantry.scheduler.deployment.core;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.ResolvedImage;
import java.util.Map;
import java.util.UUID;

/**
 * What a person wants of a deployment and network-service must grant first. Scaling, rules and roll-backs go on while it is asked, so
 * what a deployment becomes is decided when it is granted.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Proposal.Make.class, name = "make"),
    @JsonSubTypes.Type(value = Proposal.Change.class, name = "change")
})
public sealed interface Proposal {
    DeploymentId deployment();

    /** Names the question and its answer. */
    UUID request();

    String project();

    String name();

    /** Says which network and ports are asked for. */
    ContainerSpec template();

    /** There is no such deployment yet. */
    record Make(DeploymentId deployment, UUID request, String project, String name, DeploymentWish.Become wish) implements Proposal {
        @Override
        public ContainerSpec template() {
            return wish.spec().template();
        }
    }

    /**
     * @param wish a {@link DeploymentWish#definite} one
     * @param revision and {@code replicas}: the ones wanted when it was proposed
     */
    record Change(
            DeploymentId deployment, UUID request, String project, String name, ContainerSpec template, DeploymentWish wish,
            int revision, int replicas)
            implements Proposal {

        /** The wish as it stands now: a number of replicas or an image of the same name that was wanted later stays. */
        public DeploymentWish wishOn(Deployment present, Map<Integer, Revision> revisions) {
            return switch (wish) {
                case DeploymentWish.Become(var spec, var image, var reason) -> new DeploymentWish.Become(
                        present.spec().replicas() == replicas ? spec : spec.withReplicas(present.spec().replicas()),
                        broughtMeanwhile(present, revisions) ? revisions.get(present.revision()).image() : image,
                        reason);
                case DeploymentWish.Scale _, DeploymentWish.Follow _, DeploymentWish.RollBack _ -> wish;
            };
        }

        private boolean broughtMeanwhile(Deployment present, Map<Integer, Revision> revisions) {
            ResolvedImage before = revisions.get(revision).image();
            ResolvedImage now = revisions.get(present.revision()).image();
            return template.image().equals(present.spec().template().image()) && !now.manifest().equals(before.manifest());
        }
    }

    static Proposal toChange(Deployment before, UUID request, DeploymentWish wish, DeploymentWish.Answer.Granted granted) {
        return new Change(
                before.id(), request, before.project(), before.name(), granted.deployment().spec().template(), wish,
                before.revision(), before.spec().replicas());
    }

    /**
     * Virtual IP or ports would be others than they are. A job has neither.
     *
     * @param wasSpec {@code null} where nothing is yet
     */
    static boolean needed(DeploymentSpec wasSpec, DeploymentSpec spec) {
        if (spec.mode().isJob()) {
            return false;
        }
        ContainerSpec before = wasSpec == null ? null : wasSpec.template();
        ContainerSpec after = spec.template();
        return !after.network().equals(ContainerSpec.NO_NETWORK)
                && (before == null || !before.network().equals(after.network()) || !before.ports().equals(after.ports()));
    }

    static DeploymentEvent question(Proposal proposal) {
        return question(proposal.deployment(), proposal.request(), proposal.name(), proposal.template());
    }

    static DeploymentEvent question(DeploymentId deployment, UUID request, String name, ContainerSpec template) {
        return new DeploymentEvent.ServiceWanted(deployment, request, name, template.network(), template.ports());
    }
}
