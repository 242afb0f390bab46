package io.gantry.network.endpoint.api;

import io.gantry.contracts.view.EndpointView;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.PortView;
import io.gantry.kit.page.Order;
import io.gantry.kit.page.Page;
import io.gantry.network.NetworkTransactions;
import io.gantry.network.endpoint.core.HostPorts;
import io.gantry.network.endpoint.store.Ports;
import io.gantry.network.network.store.NetworkViews;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Comparator;

/** Who is on which network, and who holds which port. */
@Path("/network-service")
@Produces(MediaType.APPLICATION_JSON)
public class EndpointResource {
    private static final Order<EndpointView> ENDPOINTS = Order.by("endpoints", one -> one.id().value());
    private static final Order<PortView> PORTS =
            Order.by("ports", one -> "%05d %s %s %s".formatted(one.hostPort(), one.protocol(), one.hostAddress() == null ? "" : one.hostAddress(), one.holderId()));
    private final NetworkTransactions transactions;
    private final NetworkViews views;
    private final Ports ports;

    @Inject
    EndpointResource(NetworkTransactions transactions, NetworkViews views, Ports ports) {
        this.transactions = transactions;
        this.views = views;
        this.ports = ports;
    }

    /** @param network and {@code container}: name or id */
    @GET
    @Path("endpoints")
    public Uni<Items<EndpointView>> endpoints(
            @QueryParam("network") @DefaultValue("") String network,
            @QueryParam("container") @DefaultValue("") String container,
            @QueryParam("limit") Integer limit,
            @QueryParam("cursor") String cursor) {
        Page page = Page.asked(limit, cursor);
        return transactions.read(session -> views.endpoints(session, network, container)).map(all -> page.of(all, ENDPOINTS));
    }

    @GET
    @Path("ports")
    public Uni<Items<PortView>> ports(@QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        Page page = Page.asked(limit, cursor);
        return transactions.read(ports::held)
                .map(held -> page.of(held.stream().map(EndpointResource::view).sorted(Comparator.comparing(PortView::hostPort)).toList(), PORTS));
    }

    private static PortView view(HostPorts.Held held) {
        return new PortView(
                held.port().hostPort(), held.port().protocol(), held.port().hostAddress(), held.port().containerPort(), held.holder(), held.id());
    }
}
