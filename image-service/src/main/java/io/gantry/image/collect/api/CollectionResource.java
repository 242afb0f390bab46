package io.gantry.image.collect.api;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import io.gantry.contracts.view.CollectionView;
import io.gantry.image.ImageSettings;
import io.gantry.image.collect.Collector;
import io.gantry.kit.problem.Refused;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;

/** Removes what nothing leads to, or says what it would. */
@Path("/image-service/images/gc")
@Produces(MediaType.APPLICATION_JSON)
public class CollectionResource {
    private final Collector collector;
    private final ImageSettings settings;

    @Inject
    CollectionResource(Collector collector, ImageSettings settings) {
        this.collector = collector;
        this.settings = settings;
    }

    @POST
    @RunOnVirtualThread
    public CollectionView collect(
            @QueryParam("dryRun") boolean dryRun, @QueryParam("neverNamed") boolean neverNamed, @QueryParam("details") boolean details, @QueryParam("grace") String grace)
            throws IOException, InterruptedException {
        return collector.collect(new Collector.Wanted(dryRun, grace == null ? settings.collect().grace() : duration(grace), neverNamed, details));
    }

    private static Duration duration(String text) {
        try {
            Duration given = Duration.parse(text);
            if (!given.isNegative() && given.toDays() < 36_500) {
                return given;
            }
        } catch (DateTimeException | ArithmeticException e) {
            // told below
        }
        throw new Refused(new Refusal(ProblemType.INVALID_FIELD, "grace is '" + text + "'", "grace", "write for example PT1H, PT0S for none"));
    }
}
