package io.gantry.agent.runtime;

import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.util.List;

/**
 * One interface of a container: a veth pair whose host end hangs on a bridge.
 *
 * @param network its name
 * @param bridge name of the bridge, which exists
 * @param hostInterface name of the host end, {@code g<hex>}, at most 15 characters
 * @param group of the host end: the host's rules know it by that
 * @param searchDomains and {@code dns}: what goes into the container's resolv.conf
 */
public record Attachment(
        EndpointId endpoint,
        String network,
        String bridge,
        String hostInterface,
        int group,
        Ipv4 address,
        int prefix,
        Ipv4 gateway,
        MacAddress mac,
        int mtu,
        List<Ipv4> dns,
        List<String> searchDomains) {}
