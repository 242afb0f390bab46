package io.gantry.agent.plan;

import java.util.List;

/**
 * What of the host its containers may have.
 *
 * @param folders below which they may bind some
 * @param devices that they may ask for by name
 */
public record HostGrants(List<HostGrant> folders, List<HostDevice> devices) {}
