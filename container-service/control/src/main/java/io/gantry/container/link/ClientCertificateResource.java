package io.gantry.container.link;

import io.gantry.container.pki.ClientCertificates;
import io.gantry.contracts.view.ClientCertificate;
import io.gantry.contracts.view.ClientCertificateRequest;
import io.gantry.kit.time.World;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Certificates for those who call the gateway. For the gateway alone, which knows who may have one. */
@Path("/container-service/client-certificates")
@Produces(MediaType.APPLICATION_JSON)
public class ClientCertificateResource {
    private final java.nio.file.Path pki;
    private final World world;

    @Inject
    ClientCertificateResource(@ConfigProperty(name = "gantry.pki.dir") String pki, World world) {
        this.pki = java.nio.file.Path.of(pki);
        this.world = world;
    }

    @POST
    @Blocking
    public ClientCertificate make(ClientCertificateRequest request) throws IOException {
        return ClientCertificates.make(pki, request, world.now());
    }
}
