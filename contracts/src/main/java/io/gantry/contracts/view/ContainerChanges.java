package io.gantry.contracts.view;

import io.gantry.contracts.id.ContainerId;
import java.util.List;

/**
 * What has become of containers since somebody looked last: what container-service tells gateways, and nobody else.
 *
 * @param mark how far this goes; who asks with it is told what comes after
 * @param whole {@code changed} are all that there are, whatever was known before
 * @param changed as they are now
 * @param gone of which nothing is left
 */
public record ContainerChanges(String mark, boolean whole, List<Changed> changed, List<ContainerId> gone) {
    /** @param version of what was asked of it, as an {@code ETag} has it between its quotation marks */
    public record Changed(String version, ContainerView container) {}
}
