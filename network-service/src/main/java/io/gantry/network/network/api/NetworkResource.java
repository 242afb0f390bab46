package io.gantry.network.network.api;

import io.gantry.contracts.id.Projects;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.NetworkRequest;
import io.gantry.contracts.view.NetworkView;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.page.LabelFilter;
import io.gantry.kit.page.Order;
import io.gantry.kit.page.Page;
import io.gantry.kit.problem.Refused;
import io.gantry.network.NetworkTransactions;
import io.gantry.network.address.store.Leases;
import io.gantry.network.network.core.Network;
import io.gantry.network.network.store.NetworkViews;
import io.gantry.network.network.store.Networks;
import io.gantry.network.overlay.store.DesiredRecords;
import io.gantry.network.overlay.store.Gateways;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.resteasy.reactive.RestResponse;

/** {@code ref} is a network's name, its id or the beginning of one. */
@Path("/network-service/networks")
@Produces(MediaType.APPLICATION_JSON)
public class NetworkResource {
    private static final int MOST_NAMED = 5;
    private static final Order<NetworkView> ORDER = Order.by("networks", NetworkView::name);
    private final NetworkTransactions transactions;
    private final Networks networks;
    private final NetworkViews views;
    private final Gateways gateways;
    private final Leases leases;
    private final DesiredRecords records;

    @Inject
    NetworkResource(
            NetworkTransactions transactions, Networks networks, NetworkViews views, Gateways gateways, Leases leases,
            DesiredRecords records) {
        this.transactions = transactions;
        this.networks = networks;
        this.views = views;
        this.gateways = gateways;
        this.leases = leases;
        this.records = records;
    }

    @GET
    public Uni<Items<NetworkView>> list(
            @QueryParam("label") List<String> labels, @QueryParam("name") String name, @QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        Page page = Page.asked(limit, cursor);
        Map<String, String> wanted = LabelFilter.of(labels);
        return transactions.read(views::networks)
                .map(all -> all.stream()
                        .filter(one -> (name == null || one.name().equals(name)) && one.labels().entrySet().containsAll(wanted.entrySet()))
                        .toList())
                .map(some -> page.of(some, ORDER));
    }

    @GET
    @Path("{ref}")
    public Uni<NetworkView> get(@PathParam("ref") String ref) {
        return transactions.read(session -> existing(session, ref)
                .chain(network -> views.networks(session)
                        .map(all -> all.stream().filter(view -> view.id().equals(network.id())).findFirst().orElseThrow())));
    }

    @POST
    public Uni<RestResponse<NetworkView>> create(NetworkRequest request) {
        if (request == null) {
            throw new Refused(ProblemType.BAD_REQUEST, "the body is missing", "send {\"name\": \"backend\"}");
        }
        return transactions.in(transaction -> networks.create(transaction, Projects.DEFAULT, request))
                .chain(network -> get(network.id().value()))
                .map(view -> RestResponse.ResponseBuilder.create(RestResponse.Status.CREATED, view)
                        .location(URI.create("/network-service/networks/" + view.name()))
                        .build());
    }

    @DELETE
    @Path("{ref}")
    public Uni<Void> remove(@PathParam("ref") String ref) {
        return transactions.in(transaction -> existing(transaction.session(), ref)
                .chain(network -> views.users(transaction.session(), network.id())
                        .chain(users -> {
                            if (!users.isEmpty()) {
                                String named = String.join(", ", users.subList(0, Math.min(MOST_NAMED, users.size())));
                                return Uni.createFrom().failure(new Refused(
                                        ProblemType.CONFLICT,
                                        "network '" + network.name() + "' is used by " + named
                                                + (users.size() > MOST_NAMED ? " and " + (users.size() - MOST_NAMED) + " more" : ""),
                                        "remove them first"));
                            }
                            return remove(transaction, network);
                        })));
    }

    private Uni<Void> remove(Transaction transaction, Network network) {
        return gateways.dropNetwork(transaction, network.id())
                .chain(() -> leases.drop(transaction, network.id().value()))
                .chain(() -> records.forget(transaction, network.id()))
                .chain(() -> networks.remove(transaction, network));
    }

    private Uni<Network> existing(Mutiny.Session session, String ref) {
        return networks.find(session, ref)
                .map(found -> found.orElseThrow(() ->
                        new Refused(ProblemType.NOT_FOUND, "there is no network '" + ref + "'", "list them with GET …/networks")));
    }
}
