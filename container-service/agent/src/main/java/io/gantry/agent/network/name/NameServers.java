package io.gantry.agent.network.name;

import io.gantry.agent.network.plan.HostNetworkPlan.Zone;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** All name servers of this host, one per network. */
public final class NameServers implements AutoCloseable {
    private final NetworkNamespace namespace;
    private final HostResolvers resolvers;
    private final Map<Ipv4, NameServer> servers = new HashMap<>();
    private volatile Set<Ipv4> ourselves = Set.of();

    /** @param resolverConfiguration the host's {@code /etc/resolv.conf} */
    public NameServers(NetworkNamespace namespace, Path resolverConfiguration) {
        this.namespace = namespace;
        this.resolvers = new HostResolvers(namespace, resolverConfiguration, address -> ourselves.contains(address));
    }

    /**
     * Their addresses must be on a link already. Answers change before this returns.
     *
     * @param others by a client's address, who is asked for it in place of the host's resolvers
     */
    public synchronized void serve(List<Zone> zones, Map<Ipv4, List<Ipv4>> others) {
        resolvers.askFor(others);
        Set<Ipv4> wanted = zones.stream().map(Zone::listen).collect(Collectors.toUnmodifiableSet());
        ourselves = wanted;
        servers.keySet().stream().filter(address -> !wanted.contains(address)).toList().forEach(address -> servers.remove(address).close());
        for (Zone zone : zones) {
            NameServer running = servers.get(zone.listen());
            if (running == null) {
                NameServer server = new NameServer(namespace, zone, resolvers);
                servers.put(zone.listen(), server);
                server.start();
            } else {
                running.become(zone);
            }
        }
    }

    /** The domain that containers of a network search first. */
    public static String searchDomain(String network) {
        return network + "." + NameAnswers.DOMAIN;
    }

    @Override
    public synchronized void close() {
        servers.values().forEach(NameServer::close);
        servers.clear();
    }
}
