package io.gantry.gateway.scope;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.event.AdmissionEvent;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.event.NetworkEvent;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.event.RuleEvent;
import io.gantry.contracts.event.ServiceEvent;
import io.gantry.contracts.event.VolumeEvent;
import io.gantry.contracts.unit.Digest;
import io.gantry.gateway.auth.Caller;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which facts are of what is the caller's: learnt from those that make something, which tell its labels. One for each client. A fact of something that
 * nobody has told of, since it began before the span and ended before the asking, is told to none but those without a scope. Not for several threads at a time.
 */
public final class OwnFacts {
    private final Caller caller;
    private final Set<String> subjects;
    private final Set<Digest> manifests;

    /**
     * @param subjects ids of containers, volumes and networks that are the caller's now
     * @param manifests of their images
     */
    public OwnFacts(Caller caller, Set<String> subjects, Set<Digest> manifests) {
        this.caller = caller;
        this.subjects = new HashSet<>(subjects);
        this.manifests = new HashSet<>(manifests);
    }

    /** Whether there is nothing to choose. */
    public boolean all() {
        return !caller.scoped();
    }

    public boolean wants(Fact fact) {
        return all() || switch (fact.event()) {
            case ContainerEvent e -> ofContainer(e);
            case VolumeEvent.Created e -> learnt(e.subject(), e.labels());
            case VolumeEvent.OfOne e -> subjects.contains(e.subject());
            case NetworkEvent.Created e -> learnt(e.subject(), e.labels());
            case NetworkEvent.Removed e -> subjects.contains(e.subject());
            // it says who has what was wanted
            case EndpointEvent.Refused _ -> false;
            case EndpointEvent e -> subjects.contains(e.subject());
            case ImageEvent.Stored e -> learnt(e.image().manifest(), e.image().config().labels());
            case ImageEvent.Tagged e -> learnt(e.image().manifest(), e.image().config().labels());
            case ImageEvent.Untagged e -> manifests.contains(e.manifest());
            case ImageEvent.Deleted e -> manifests.contains(e.manifest());
            case ImageEvent.Judged e -> manifests.contains(e.manifest());
            case AdmissionEvent _, ImageEvent.News _, VolumeEvent.Pruned _, BuildEvent _, DeploymentEvent _, NodeEvent _, RuleEvent _, ServiceEvent _ -> false;
        };
    }

    private boolean ofContainer(ContainerEvent event) {
        return switch (event) {
            case ContainerEvent.Requested e -> learnt(e.subject(), e.spec().labels());
            case ContainerEvent.Placed e -> learnt(e.subject(), e.spec().labels());
            // it names others, and a node's reasons may, too
            case ContainerEvent.Disturbed _, ContainerEvent.Unplaceable _ -> false;
            default -> subjects.contains(event.subject());
        };
    }

    private boolean learnt(String subject, Map<String, String> labels) {
        return caller.owns(labels) ? subjects.add(subject) || true : subjects.contains(subject);
    }

    private boolean learnt(Digest manifest, Map<String, String> labels) {
        return caller.owns(labels) ? manifests.add(manifest) || true : manifests.contains(manifest);
    }
}
