package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.unit.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A volume.
 *
 * @param anonymous made for one container, under a name that nobody chose
 * @param node absent until a container of it has been placed
 * @param usedBy names of the containers that have it, also of those that don't run
 * @param size at most this much can lie in it; absent without a limit
 * @param limitedBy what keeps it to its size, which is chosen by its node's file system when the volume is made there; absent without a limit, before that,
 *     unless it was asked for, or if its node doesn't answer
 * @param used what lies in it; absent unless it was asked for, or if its node doesn't answer
 */
public record VolumeView(
        @Always VolumeId id,
        @Always String name,
        @Always String project,
        @Always Map<String, String> labels,
        boolean anonymous,
        ContainerView.Node node,
        @Always List<String> usedBy,
        @Always Instant createdAt,
        Bytes used,
        Bytes size,
        String limitedBy) {
    /** As its node knows it. */
    public VolumeView with(VolumeUse use) {
        return new VolumeView(id, name, project, labels, anonymous, node, usedBy, createdAt, use.used(), size, use.limitedBy());
    }
}
