package io.gantry.contracts.view;

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
 * @param size at most this much can lie in it, held by {@code limitedBy}; both absent without a limit
 * @param used what lies in it; absent unless it was asked for, or if its node doesn't answer
 */
public record VolumeView(
        VolumeId id,
        String name,
        String project,
        Map<String, String> labels,
        boolean anonymous,
        ContainerView.Node node,
        List<String> usedBy,
        Instant createdAt,
        Bytes used,
        Bytes size,
        String limitedBy) {
    /** The one way there is on every host. */
    public static final String LOOP_FILE = "a file of that size with ext4 in it, mounted by a loop device";

    public VolumeView withUsed(Bytes bytes) {
        return new VolumeView(id, name, project, labels, anonymous, node, usedBy, createdAt, bytes, size, limitedBy);
    }
}
