package io.gantry.container.kept.api;

import io.gantry.container.kept.store.KeptStore;
import jakarta.inject.Inject;
import jakarta.ws.rs.Path;

@Path("/container-service/secrets")
public class SecretResource extends KeptResource {
    @Inject
    SecretResource(KeptStore kept) {
        super(kept, "secret");
    }
}
