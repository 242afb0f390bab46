package io.gantry.container.kept.api;

import io.gantry.container.kept.store.KeptStore;
import jakarta.inject.Inject;
import jakarta.ws.rs.Path;

@Path("/container-service/configs")
public class ConfigResource extends KeptResource {
    @Inject
    ConfigResource(KeptStore kept) {
        super(kept, "config");
    }
}
