package io.gantry.contracts.spec;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.unit.Bytes;

/**
 * A volume as one container has it: which one that is was settled when the container was asked for.
 *
 * @param node where the volume is; {@code null} as long as no container of it has been placed
 * @param copy an empty volume gets what the image has at {@code target}
 * @param anonymous made for this container alone
 * @param size at most this much lies in it; {@code null} is no limit
 */
public record VolumeMount(VolumeId id, String name, NodeId node, String target, boolean readOnly, boolean copy, boolean anonymous, Bytes size) {
    /** Without a limit. */
    public VolumeMount(VolumeId id, String name, NodeId node, String target, boolean readOnly, boolean copy, boolean anonymous) {
        this(id, name, node, target, readOnly, copy, anonymous, null);
    }
}
