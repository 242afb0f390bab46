package io.gantry.image.commit;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.CommitView;
import io.gantry.kit.problem.Refused;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.ResponseStatus;

/** {@code POST /image-service/commits}, for the gateway, which has looked the container up. */
@Path("/image-service/commits")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class CommitResource {
    private final Commit commit;

    @Inject
    CommitResource(Commit commit) {
        this.commit = commit;
    }

    @POST
    @ResponseStatus(201)
    @RunOnVirtualThread
    public CommitView make(CommitOrder order) throws InterruptedException {
        if (order == null || order.request() == null || order.spec() == null) {
            throw new Refused(ProblemType.INVALID_FIELD, "the body is empty", "send container, node, manifest, spec and request");
        }
        return commit.of(order);
    }
}
