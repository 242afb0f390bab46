package io.gantry.image.sharing.api;

import io.gantry.contracts.view.RegistrySharing;
import io.gantry.image.Database;
import io.gantry.image.reference.store.Images;
import io.gantry.image.report.core.LayerSums;
import io.gantry.image.sharing.WireLedger;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/** For the gateway, which asks the nodes, too. */
@Path("/image-service/sharing")
@Produces(MediaType.APPLICATION_JSON)
public class SharingResource {
    private final Database database;
    private final Images images;
    private final WireLedger wire;

    @Inject
    SharingResource(Database database, Images images, WireLedger wire) {
        this.database = database;
        this.images = images;
        this.wire = wire;
    }

    @GET
    @RunOnVirtualThread
    public RegistrySharing all() {
        LayerSums sums = LayerSums.of(database.await(images::all));
        return new RegistrySharing(RegistrySharing.Disk.of(sums.images(), sums.stored(), sums.referenced()), wire.figures());
    }
}
