package io.gantry.image.admission.api;

import io.gantry.contracts.view.ImageCheckView;
import io.gantry.image.admission.Judge;
import io.gantry.image.edge.ScopeHeader;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;

/** What the rules say of an image. The path is longer than that of images themselves, and wins by that. */
@Path("/image-service")
@Produces(MediaType.APPLICATION_JSON)
public class CheckResource {
    private final Judge judge;

    @Inject
    CheckResource(Judge judge) {
        this.judge = judge;
    }

    @GET
    @Path("images/{reference:.+(?=/check$)}/check")
    @RunOnVirtualThread
    public ImageCheckView check(@PathParam("reference") String reference, @Context HttpServerRequest request) throws IOException, InterruptedException {
        return judge.check(reference, ScopeHeader.of(request));
    }
}
