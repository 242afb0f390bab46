package io.gantry.image.report.api;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.view.ImageDiffView;
import io.gantry.contracts.view.ImageReportView;
import io.gantry.image.edge.ScopeHeader;
import io.gantry.image.report.ImageReports;
import io.gantry.kit.problem.Refused;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;

/** What is in an image, and what differs between two. The paths are longer than those of images themselves, and win by that. */
@Path("/image-service")
@Produces(MediaType.APPLICATION_JSON)
public class ReportResource {
    private final ImageReports reports;

    @Inject
    ReportResource(ImageReports reports) {
        this.reports = reports;
    }

    @GET
    @Path("images/{reference:.+(?=/report$)}/report")
    @RunOnVirtualThread
    public ImageReportView report(@PathParam("reference") String reference, @Context HttpServerRequest request) throws IOException, InterruptedException {
        return reports.report(reference, ScopeHeader.of(request));
    }

    @GET
    @Path("images/{reference:.+(?=/diff$)}/diff")
    @RunOnVirtualThread
    public ImageDiffView diff(@PathParam("reference") String reference, @QueryParam("to") String to, @Context HttpServerRequest request) throws IOException, InterruptedException {
        if (to == null || to.isBlank()) {
            throw new Refused(new Refusal(ProblemType.INVALID_FIELD, "it isn't said what " + reference + " shall be compared with", "to", "write for example ?to=shop/web:2"));
        }
        return reports.diff(reference, to, ScopeHeader.of(request));
    }
}
