package io.gantry.network.endpoint.store;

import io.gantry.network.endpoint.core.HostPorts;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Who holds which port of the nodes. */
@Singleton
public class Ports {
    public Uni<List<HostPorts.Held>> held(Mutiny.Session session) {
        return session.createNativeQuery(
                        "select 'container ' || name, container, ports from endpoint where ports <> '[]'"
                                + " union all select 'deployment ' || name, id, ports from service where ports <> '[]' order by 1, 2",
                        Object[].class)
                .getResultList()
                .map(rows -> rows.stream()
                        .flatMap(row -> PortsText.ports((String) row[2]).stream()
                                .map(port -> new HostPorts.Held(port, (String) row[0], (String) row[1])))
                        .toList());
    }
}
