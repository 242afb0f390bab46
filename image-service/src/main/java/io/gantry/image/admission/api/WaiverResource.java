package io.gantry.image.admission.api;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.Items;
import io.gantry.contracts.view.WaiverRequest;
import io.gantry.contracts.view.WaiverView;
import io.gantry.image.admission.store.Waivers;
import io.gantry.kit.page.Order;
import io.gantry.kit.page.Page;
import io.gantry.kit.problem.Refused;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Images that are let in for a time although they break a rule. */
@Path("/image-service/image-waivers")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class WaiverResource {
    private static final Order<WaiverView> ORDER = Order.by("image-waivers", WaiverView::id);

    /** Who asks, as the gateway says it. */
    private static final String PRINCIPAL = "X-Gantry-Principal";

    private final Waivers waivers;

    @Inject
    WaiverResource(Waivers waivers) {
        this.waivers = waivers;
    }

    /** Also those that have expired, with the word. */
    @GET
    public Uni<Items<WaiverView>> list(@QueryParam("rule") String rule, @QueryParam("limit") Integer limit, @QueryParam("cursor") String cursor) {
        Page page = Page.asked(limit, cursor);
        return waivers.all().map(all -> page.of(all.stream().filter(one -> rule == null || one.rule().equals(rule)).toList(), ORDER));
    }

    @POST
    @ResponseStatus(201)
    public Uni<WaiverView> add(WaiverRequest request, @Context HttpServerRequest http) {
        if (request == null) {
            throw new Refused(ProblemType.INVALID_FIELD, "the body is empty", "send {\"rule\": \"small\", \"images\": \"shop/web\", \"reason\": \"until the next release\", \"lasts\": \"P7D\"}");
        }
        return waivers.add(request, Optional.ofNullable(http.getHeader(PRINCIPAL)).orElse("unknown"));
    }

    @DELETE
    @Path("{id}")
    public Uni<Void> remove(@PathParam("id") String id) {
        return waivers.remove(id);
    }
}
