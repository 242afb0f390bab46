package io.gantry.network.network.store;

import io.gantry.contracts.id.Projects;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.view.NetworkRequest;
import io.gantry.network.NetworkTransactions;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

/** Makes the network that containers are on when they name none: at the very first start, once. */
@ApplicationScoped
class DefaultNetwork {
    private final NetworkTransactions transactions;
    private final Networks networks;

    @Inject
    DefaultNetwork(NetworkTransactions transactions, Networks networks) {
        this.transactions = transactions;
        this.networks = networks;
    }

    void make(@Observes StartupEvent started) throws Throwable {
        VertxContextSupport.subscribeAndAwait(() -> transactions.in(transaction -> networks
                .named(transaction, ContainerSpec.DEFAULT_NETWORK)
                .chain(found -> found.isPresent()
                        ? Uni.createFrom().voidItem()
                        : networks.create(transaction, Projects.DEFAULT, new NetworkRequest(ContainerSpec.DEFAULT_NETWORK, null, null)).replaceWithVoid())));
    }
}
