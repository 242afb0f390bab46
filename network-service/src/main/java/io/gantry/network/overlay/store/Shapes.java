package io.gantry.network.overlay.store;

import io.gantry.contracts.id.NetworkId;
import io.gantry.kit.outbox.Transaction;
import io.gantry.network.Turn;
import io.gantry.network.network.core.Network;
import io.gantry.network.network.store.Networks;
import io.gantry.network.overlay.core.Gateway;
import io.gantry.network.overlay.core.Host;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.OptionalLong;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * The networks, the nodes and their addresses on networks. They change seldom and every change needs them: what was read last is used as long as the {@link Turn} says that
 * it still is so.
 */
@Singleton
public class Shapes {
    /**
     * @param hosts without those that were removed
     * @param networks by name
     */
    public record Shape(List<Network> networks, List<Host> hosts, List<Gateway> gateways) {
        public List<Gateway> gatewaysOf(NetworkId network) {
            return gateways.stream().filter(gateway -> gateway.network().equals(network)).toList();
        }
    }

    private record Known(long number, Shape shape) {}

    private volatile Known known;

    public Uni<Shape> of(Transaction transaction) {
        OptionalLong number = Turn.of(transaction).shape();
        Known last = known;
        if (last != null && number.isPresent() && last.number() == number.getAsLong()) {
            return Uni.createFrom().item(last.shape());
        }
        return read(transaction.session()).invoke(shape -> number.ifPresent(its -> known = new Known(its, shape)));
    }

    private static Uni<Shape> read(Mutiny.Session session) {
        return Networks.all(session).chain(networks -> Hosts.all(session).chain(hosts -> Gateways.all(session).map(gateways -> new Shape(networks, hosts, gateways))));
    }
}
