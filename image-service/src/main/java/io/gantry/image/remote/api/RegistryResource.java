package io.gantry.image.remote.api;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.RegistryLogin;
import io.gantry.contracts.view.RemoteImageView;
import io.gantry.contracts.view.TransferRequest;
import io.gantry.image.remote.RemoteLooks;
import io.gantry.image.remote.core.Credentials;
import io.gantry.kit.problem.Refused;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/** Other registries, asked without anything being moved. By POST, since a name and a password may go along. */
@Path("/image-service/registries")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public class RegistryResource {
    private final RemoteLooks looks;

    @Inject
    RegistryResource(RemoteLooks looks) {
        this.looks = looks;
    }

    @POST
    @Path("login")
    @RunOnVirtualThread
    public RestResponse<Void> login(RegistryLogin request) throws InterruptedException {
        RegistryLogin asked = present(request);
        looks.login(asked.registry(), Credentials.of(asked.credentials()));
        return RestResponse.noContent();
    }

    @POST
    @Path("look")
    @RunOnVirtualThread
    public RemoteImageView look(TransferRequest request) throws InterruptedException {
        TransferRequest asked = present(request);
        return looks.look(asked.reference(), Credentials.of(asked.credentials()));
    }

    private static <T> T present(T request) {
        if (request == null) {
            throw new Refused(ProblemType.INVALID_FIELD, "the body is empty", "see docs/reference/rest.md for what this takes");
        }
        return request;
    }
}
