package io.gantry.contracts.event;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.unit.Bytes;
import java.util.Map;

/** Volumes, from container-service, where nothing else is said. */
public sealed interface VolumeEvent extends Event {
    /** What happened to one of them. */
    sealed interface OfOne extends VolumeEvent {
        VolumeId id();

        @Override
        default String subject() {
            return id().value();
        }
    }

    /** By a person, or by the first container that names it. */
    record Created(VolumeId id, String project, String name, Map<String, String> labels) implements OfOne {}

    /** From now on it is on this node, and whatever uses it, too. */
    record Settled(VolumeId id, String project, String name, NodeId node, String nodeName) implements OfOne {}

    /** A container that has it runs. */
    record Mounted(VolumeId id, String project, String name, ContainerId container, String target, boolean readOnly) implements OfOne {}

    /** That container has ended. */
    record Unmounted(VolumeId id, String project, String name, ContainerId container) implements OfOne {}

    /** With all that was in it. */
    record Removed(VolumeId id, String project, String name) implements OfOne {}

    /** Those that nobody used were removed together, each of which is {@link Removed}, too. From the gateway, of no single volume. */
    record Pruned(int volumes, Bytes freed) implements VolumeEvent {
        @Override
        public String subject() {
            return "volumes";
        }
    }
}
