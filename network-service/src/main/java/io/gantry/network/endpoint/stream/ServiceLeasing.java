package io.gantry.network.endpoint.stream;

import io.gantry.contracts.event.ServiceEvent;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kit.outbox.Transaction;
import io.gantry.network.address.store.Leases;
import io.gantry.network.endpoint.core.HostPorts;
import io.gantry.network.endpoint.core.Service;
import io.gantry.network.endpoint.store.Ports;
import io.gantry.network.endpoint.store.Services;
import io.gantry.network.network.core.Network;
import io.gantry.network.network.store.Networks;
import io.gantry.network.overlay.store.DesiredRecords;
import io.gantry.network.overlay.store.Gateways;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A deployment gets its virtual IP with all its ports, or the reason why not and keeps what it has. */
@Singleton
class ServiceLeasing {
    private final Networks networks;
    private final Leases leases;
    private final Services services;
    private final Ports ports;
    private final Gateways gateways;
    private final DesiredRecords records;

    /** @param request to be answered, or {@code null}: then only a refusal is told */
    record Want(DeploymentId id, UUID request, String name, String network, List<PortPublish> ports) {
        /** A job has none: nobody connects to what comes to an end. */
        static Want of(DeploymentId id, String name, DeploymentSpec spec) {
            ContainerSpec template = spec.template();
            return new Want(id, null, name, spec.mode().isJob() ? ContainerSpec.NO_NETWORK : template.network(), template.ports());
        }
    }

    @Inject
    ServiceLeasing(Networks networks, Leases leases, Services services, Ports ports, Gateways gateways, DesiredRecords records) {
        this.networks = networks;
        this.leases = leases;
        this.services = services;
        this.ports = ports;
        this.gateways = gateways;
        this.records = records;
    }

    Uni<Void> shape(Transaction transaction, Want want) {
        if (want.network().equals(ContainerSpec.NO_NETWORK)) {
            return release(transaction, want.id());
        }
        return networks.named(transaction, want.network())
                .chain(network -> network.isEmpty()
                        ? refuse(transaction, want, unknown(want.network()))
                        : services.find(transaction.session(), want.id())
                                .chain(existing -> withPorts(transaction, want, network.get(), existing)));
    }

    Uni<Void> release(Transaction transaction, DeploymentId id) {
        return services.find(transaction.session(), id)
                .chain(found -> found.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : services.delete(transaction, id)
                                .invoke(() -> leases.release(transaction, Leases.VIRTUAL, found.get().address()))
                                .chain(() -> records.publish(transaction, found.get().network(), id)));
    }

    private Uni<Void> withPorts(Transaction transaction, Want want, Network network, Optional<Service> existing) {
        return ports.held(transaction.session())
                .chain(held -> switch (HostPorts.grant(want.ports(), want.id().value(), held)) {
                    case HostPorts.Grant.Refused(Refusal refusal) -> refuse(transaction, want, refusal);
                    case HostPorts.Grant.Granted(var granted) -> withAddress(transaction, want, network, existing, granted);
                });
    }

    private Uni<Void> withAddress(
            Transaction transaction, Want want, Network network, Optional<Service> existing, List<PortPublish> granted) {
        Uni<Optional<Ipv4>> address = existing.isPresent()
                ? Uni.createFrom().item(existing.map(Service::address))
                : leases.virtual(transaction, want.id().value());
        return address.chain(virtual -> virtual.isEmpty()
                ? refuse(transaction, want, Refusal.of(ProblemType.NO_ADDRESS, "no virtual IP is left", "remove deployments"))
                : publish(transaction, want, network, new Service(want.id(), network.id(), want.name(), virtual.get(), granted)));
    }

    private Uni<Void> publish(Transaction transaction, Want want, Network network, Service service) {
        return services.put(transaction, service)
                .chain(() -> gateways.ensure(transaction, network))
                .chain(ensured -> ensured.added()
                        ? records.publish(transaction, network)
                        : records.publish(transaction, network.id(), service.id()))
                .chain(() -> want.request() == null
                        ? Uni.createFrom().voidItem()
                        : transaction.publish(new ServiceEvent.Leased(
                                service.id(), want.request(), network.id(), network.name(), service.address(), service.ports())));
    }

    private static Uni<Void> refuse(Transaction transaction, Want want, Refusal refusal) {
        return transaction.publish(ServiceEvent.Refused.of(want.id(), want.request(), refusal));
    }

    static Refusal unknown(String network) {
        return new Refusal(
                ProblemType.NOT_FOUND, "there is no network '" + network + "'", "network", "make it first, or use the default network");
    }
}
