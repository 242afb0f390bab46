package io.gantry.network.endpoint.store;

import io.gantry.contracts.spec.PortPublish;
import io.gantry.network.NetworkConfig;
import io.gantry.network.endpoint.core.HostPorts;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;

/** Who holds which port of the nodes. */
@Singleton
public class Ports {
    private final List<HostPorts.Held> reserved;

    @Inject
    Ports(NetworkConfig config) {
        reserved = config.reservedPorts().orElse(List.of()).stream()
                .map(port -> new HostPorts.Held(
                        new PortPublish(null, port, port, PortPublish.Protocol.TCP), "the platform itself", "platform"))
                .toList();
    }

    public Uni<List<HostPorts.Held>> held(Mutiny.Session session) {
        return session.createNativeQuery(
                        "select 'container ' || name, container, ports from endpoint where ports <> '[]'"
                                + " union all select 'deployment ' || name, id, ports from service where ports <> '[]' order by 1, 2",
                        Object[].class)
                .getResultList()
                .map(rows -> Stream.concat(reserved.stream(), rows.stream().flatMap(Ports::held)).toList());
    }

    private static Stream<HostPorts.Held> held(Object[] row) {
        return PortsText.ports((String) row[2]).stream().map(port -> new HostPorts.Held(port, (String) row[0], (String) row[1]));
    }
}
