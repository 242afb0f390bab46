package io.gantry.network.endpoint.stream;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.stream.FactHandling;
import io.gantry.network.NetworkTransactions;
import io.gantry.network.address.store.Leases;
import io.gantry.network.endpoint.core.HostPorts;
import io.gantry.network.endpoint.core.Service;
import io.gantry.network.endpoint.store.Endpoints;
import io.gantry.network.endpoint.store.Ports;
import io.gantry.network.endpoint.store.Services;
import io.gantry.network.network.core.Network;
import io.gantry.network.network.store.Networks;
import io.gantry.network.overlay.store.DesiredRecords;
import io.gantry.network.overlay.store.Gateways;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Deployments: a virtual IP with the deployment's name and ports, in front of those replicas that are ready and stay. */
@ApplicationScoped
class DeploymentFacts {
    private static final Logger LOG = Logger.getLogger(DeploymentFacts.class);
    private final Networks networks;
    private final Leases leases;
    private final Endpoints endpoints;
    private final Services services;
    private final Ports ports;
    private final Gateways gateways;
    private final DesiredRecords records;
    private final FactHandling facts;

    @Inject
    DeploymentFacts(
            NetworkTransactions transactions, Networks networks, Leases leases, Endpoints endpoints, Services services, Ports ports,
            Gateways gateways, DesiredRecords records) {
        this.networks = networks;
        this.leases = leases;
        this.endpoints = endpoints;
        this.services = services;
        this.ports = ports;
        this.gateways = gateways;
        this.records = records;
        this.facts = new FactHandling("network-deployments", transactions, DeploymentFacts::matters, this::handle);
    }

    @Incoming("network-deployment-events")
    Uni<Void> on(String json) {
        return facts.handle(json);
    }

    private static boolean matters(Object event) {
        return event instanceof DeploymentEvent deployment
                && switch (deployment) {
                    case DeploymentEvent.Created _, DeploymentEvent.RolloutStarted _, DeploymentEvent.ContainerRetiring _,
                            DeploymentEvent.ContainerUnwanted _, DeploymentEvent.Removed _ -> true;
                    case DeploymentEvent.Scaled _, DeploymentEvent.RolloutFinished _, DeploymentEvent.RolloutFailed _,
                            DeploymentEvent.ContainerWanted _ -> false;
                };
    }

    private Uni<Void> handle(Transaction transaction, Fact fact) {
        return switch ((DeploymentEvent) fact.event()) {
            case DeploymentEvent.Created created -> shape(transaction, created.id(), created.name(), created.spec().template());
            case DeploymentEvent.RolloutStarted rollout -> shape(transaction, rollout.id(), rollout.name(), rollout.spec().template());
            case DeploymentEvent.ContainerRetiring retiring -> retire(transaction, retiring.container());
            case DeploymentEvent.ContainerUnwanted unwanted -> retire(transaction, unwanted.container());
            case DeploymentEvent.Removed removed -> remove(transaction, removed.id());
            case DeploymentEvent.Scaled _, DeploymentEvent.RolloutFinished _, DeploymentEvent.RolloutFailed _,
                    DeploymentEvent.ContainerWanted _ -> Uni.createFrom().voidItem();
        };
    }

    private Uni<Void> shape(Transaction transaction, DeploymentId id, String name, ContainerSpec template) {
        return networks.named(transaction.session(), template.network())
                .chain(network -> services.find(transaction.session(), id)
                        .chain(existing -> {
                            if (network.isEmpty()) {
                                return existing.isEmpty() ? Uni.createFrom().voidItem() : remove(transaction, id);
                            }
                            Uni<Optional<Ipv4>> address = existing.isPresent()
                                    ? Uni.createFrom().item(existing.map(Service::address))
                                    : leases.virtual(transaction, id.value());
                            return address.chain(virtual -> virtual.isEmpty()
                                    ? noAddress(name)
                                    : publish(transaction, new Service(id, network.get().id(), name, virtual.get(), template.ports()), network.get()));
                        }));
    }

    private static Uni<Void> noAddress(String name) {
        LOG.errorf("no virtual IP is left for deployment %s", name);
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> publish(Transaction transaction, Service wanted, Network network) {
        return ports.held(transaction.session())
                .chain(held -> switch (HostPorts.grant(wanted.ports(), wanted.id().value(), held)) {
                    case HostPorts.Grant.Granted(var granted) -> services.put(
                            transaction, new Service(wanted.id(), wanted.network(), wanted.name(), wanted.address(), granted), null);
                    case HostPorts.Grant.Refused(Refusal refusal) -> services.put(
                            transaction,
                            new Service(wanted.id(), wanted.network(), wanted.name(), wanted.address(), List.of()),
                            refusal.detail());
                })
                .chain(() -> gateways.ensure(transaction, network))
                .chain(newGateways -> newGateways
                        ? records.publish(transaction, network)
                        : records.publish(transaction, network.id(), wanted.id()));
    }

    private Uni<Void> retire(Transaction transaction, ContainerId container) {
        return endpoints.ofContainer(transaction.session(), container)
                .chain(found -> found.isEmpty() || found.get().retiring()
                        ? Uni.createFrom().voidItem()
                        : endpoints.retire(transaction, found.get().id()).chain(() -> records.publish(transaction, found.get())));
    }

    private Uni<Void> remove(Transaction transaction, DeploymentId id) {
        return services.find(transaction.session(), id)
                .chain(found -> found.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : services.delete(transaction, id)
                                .chain(() -> leases.release(transaction, Leases.VIRTUAL, found.get().address()))
                                .chain(() -> records.publish(transaction, found.get().network(), id)));
    }
}
