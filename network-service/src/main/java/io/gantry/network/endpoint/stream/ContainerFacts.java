package io.gantry.network.endpoint.stream;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.id.ContainerId;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Transaction.Mode;
import io.gantry.kit.stream.FactHandling;
import io.gantry.kit.stream.Recently;
import io.gantry.kit.stream.ShortWay;
import io.gantry.network.NetworkTransactions;
import io.gantry.network.endpoint.core.Endpoint;
import io.gantry.network.endpoint.store.Endpoints;
import io.gantry.network.naming.core.DnsNames;
import io.gantry.network.overlay.store.DesiredRecords;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.function.Function;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** The life of containers: address, readiness, names, release. */
@ApplicationScoped
class ContainerFacts {
    private static final int MOST_REMEMBERED = 10_000;

    private final Leasing leasing;
    private final Rewiring rewiring;
    private final Attaching attaching;
    private final Endpoints endpoints;
    private final DesiredRecords records;
    private final FactHandling facts;
    /** Those that have an address and are removed at their end. */
    private final Recently<ContainerId> runOnce = new Recently<>(MOST_REMEMBERED);

    @Inject
    ContainerFacts(
            NetworkTransactions transactions, ShortWay shortWay, Leasing leasing, Rewiring rewiring, Attaching attaching, Endpoints endpoints,
            DesiredRecords records) {
        this.leasing = leasing;
        this.rewiring = rewiring;
        this.attaching = attaching;
        this.endpoints = endpoints;
        this.records = records;
        this.facts = new FactHandling("network-containers", transactions, ContainerFacts::matters, this::handle)
                .by(ContainerFacts::mode)
                .passing(this::leadsToRemoval)
                .early(shortWay, Topics.CONTAINER);
    }

    @Incoming("network-container-events")
    Uni<Void> on(String json) {
        return facts.handle(json);
    }

    private static boolean matters(Object event) {
        return event instanceof ContainerEvent container
                && switch (container) {
                    case ContainerEvent.Placed _, ContainerEvent.NetworksChanged _, ContainerEvent.Started _, ContainerEvent.Readiness _, ContainerEvent.Exited _,
                            ContainerEvent.Failed _, ContainerEvent.Lost _, ContainerEvent.Renamed _, ContainerEvent.Removed _ -> true;
                    case ContainerEvent.Requested _, ContainerEvent.Unplaceable _, ContainerEvent.LifeChanged _,
                            ContainerEvent.Created _, ContainerEvent.Updated _, ContainerEvent.Signalled _, ContainerEvent.HealthChanged _, ContainerEvent.Paused _, ContainerEvent.Unpaused _,
                            ContainerEvent.News _ -> false;
                };
    }

    /** What happens at every start and end of a container is one look and one statement. */
    private static Mode mode(Fact fact) {
        return fact.event() instanceof ContainerEvent.NetworksChanged || fact.event() instanceof ContainerEvent.Renamed ? Mode.LOCKING : Mode.STATEMENT;
    }

    /** What has ended and goes for that gives its addresses back in a moment: until then nobody need be told that they are of no use. */
    private boolean leadsToRemoval(Event event) {
        return event instanceof ContainerEvent.Exited exited && !exited.restarting() && runOnce.has(exited.id());
    }

    private Uni<Void> handle(Transaction transaction, Fact fact) {
        return switch ((ContainerEvent) fact.event()) {
            case ContainerEvent.Placed placed -> {
                if (placed.spec().removedAtItsEnd()) {
                    runOnce.add(placed.id());
                }
                yield leasing.placed(transaction, placed);
            }
            case ContainerEvent.NetworksChanged changed -> rewiring.changed(transaction, changed);
            case ContainerEvent.Started started ->
                    change(transaction, started.id(), endpoint -> ready(transaction, endpoint, endpoint.ready() || !endpoint.probed()));
            case ContainerEvent.Readiness told ->
                    change(transaction, told.id(), endpoint -> ready(transaction, endpoint, told.ready()));
            case ContainerEvent.Exited exited -> change(transaction, exited.id(), endpoint -> ready(transaction, endpoint, false));
            case ContainerEvent.Failed failed -> change(transaction, failed.id(), endpoint -> ready(transaction, endpoint, false));
            case ContainerEvent.Lost lost -> change(transaction, lost.id(), endpoint -> ready(transaction, endpoint, false));
            case ContainerEvent.Renamed renamed -> change(transaction, renamed.id(), endpoint -> rename(transaction, endpoint, renamed.name()));
            case ContainerEvent.Removed removed -> change(transaction, removed.id(), endpoint -> attaching.release(transaction, endpoint));
            case ContainerEvent.Requested _, ContainerEvent.Unplaceable _, ContainerEvent.LifeChanged _, ContainerEvent.Created _, ContainerEvent.Updated _,
                    ContainerEvent.Signalled _, ContainerEvent.HealthChanged _, ContainerEvent.Paused _, ContainerEvent.Unpaused _, ContainerEvent.News _ ->
                    Uni.createFrom().voidItem();
        };
    }

    private Uni<Void> change(Transaction transaction, ContainerId container, Function<Endpoint, Uni<Void>> change) {
        return endpoints.ofContainer(transaction, container)
                .chain(found -> Multi.createFrom().iterable(found).onItem().transformToUniAndConcatenate(change::apply).collect().last());
    }

    private Uni<Void> ready(Transaction transaction, Endpoint endpoint, boolean ready) {
        return endpoint.ready() == ready
                ? Uni.createFrom().voidItem()
                : records.publishChanged(transaction, endpoint.ready(ready)).invoke(() -> endpoints.setReady(transaction, endpoint.id(), ready));
    }

    private Uni<Void> rename(Transaction transaction, Endpoint endpoint, String name) {
        return endpoints.named(transaction.session(), endpoint.id())
                .chain(named -> endpoints.rename(
                        transaction, endpoint.id(), name, DnsNames.of(endpoint.container(), name, named.aliases())))
                .chain(() -> records.publish(transaction, endpoint));
    }
}
