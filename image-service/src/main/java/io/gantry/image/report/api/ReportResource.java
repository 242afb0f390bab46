package io.gantry.image.report.api;

import io.gantry.contracts.view.ImageReportView;
import io.gantry.image.report.ImageReports;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;

/** What is in an image. */
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
    public ImageReportView report(@PathParam("reference") String reference) throws IOException, InterruptedException {
        return reports.report(reference);
    }
}
