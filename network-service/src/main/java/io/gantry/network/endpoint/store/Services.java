package io.gantry.network.endpoint.store;

import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kit.outbox.Transaction;
import io.gantry.network.endpoint.core.Service;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** Virtual IPs of deployments. */
@Singleton
public class Services {
    private static final String SELECT = "select id, network, name, address, ports from service ";

    public Uni<Void> put(Transaction transaction, Service service) {
        return transaction.session()
                .createNativeQuery(
                        "insert into service (id, network, name, address, ports) values (:id, :network, :name, :address, :ports)"
                                + " on conflict (id) do update set network = excluded.network, ports = excluded.ports")
                .setParameter("id", service.id().value())
                .setParameter("network", service.network().value())
                .setParameter("name", service.name())
                .setParameter("address", service.address().toString())
                .setParameter("ports", PortsText.write(service.ports()))
                .executeUpdate()
                .replaceWithVoid();
    }

    public Uni<Optional<Service>> find(Mutiny.Session session, DeploymentId id) {
        return session.createNativeQuery(SELECT + "where id = :id", Object[].class)
                .setParameter("id", id.value())
                .getResultList()
                .map(rows -> rows.stream().map(Services::service).findFirst());
    }

    public Uni<List<Service>> ofNetwork(Mutiny.Session session, NetworkId network) {
        return session.createNativeQuery(SELECT + "where network = :network order by id", Object[].class)
                .setParameter("network", network.value())
                .getResultList()
                .map(rows -> rows.stream().map(Services::service).toList());
    }

    public Uni<Void> delete(Transaction transaction, DeploymentId id) {
        return transaction.session()
                .createNativeQuery("delete from service where id = :id")
                .setParameter("id", id.value())
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Service service(Object[] row) {
        return new Service(
                new DeploymentId((String) row[0]),
                new NetworkId((String) row[1]),
                (String) row[2],
                Ipv4.parse((String) row[3]),
                PortsText.ports((String) row[4]));
    }
}
