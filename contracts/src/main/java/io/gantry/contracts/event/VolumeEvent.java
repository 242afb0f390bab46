package io.gantry.contracts.event;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.VolumeId;
import java.util.Map;

/** Volumes, from container-service. */
public sealed interface VolumeEvent extends Event {
    VolumeId id();

    @Override
    default String subject() {
        return id().value();
    }

    /** By a person, or by the first container that names it. */
    record Created(VolumeId id, String project, String name, Map<String, String> labels) implements VolumeEvent {}

    /** From now on it is on this node, and whatever uses it, too. */
    record Settled(VolumeId id, String project, String name, NodeId node, String nodeName) implements VolumeEvent {}

    /** A container that has it runs. */
    record Mounted(VolumeId id, String project, String name, ContainerId container, String target, boolean readOnly) implements VolumeEvent {}

    /** That container has ended. */
    record Unmounted(VolumeId id, String project, String name, ContainerId container) implements VolumeEvent {}

    /** With all that was in it. */
    record Removed(VolumeId id, String project, String name) implements VolumeEvent {}
}
