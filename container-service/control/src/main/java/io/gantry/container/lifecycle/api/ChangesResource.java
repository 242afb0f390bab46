package io.gantry.container.lifecycle.api;

import io.gantry.container.lifecycle.store.ChangedContainers;
import io.gantry.contracts.id.Projects;
import io.gantry.contracts.view.ContainerChanges;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/** For gateways, which keep what they know of containers and ask before they tell of it. */
@Path("/container-service/container-changes")
@Produces(MediaType.APPLICATION_JSON)
public class ChangesResource {
    private final ChangedContainers changed;

    @Inject
    ChangesResource(ChangedContainers changed) {
        this.changed = changed;
    }

    @GET
    public Uni<ContainerChanges> since(@QueryParam("since") String mark) {
        return changed.since(Projects.DEFAULT, mark)
                .map(found -> new ContainerChanges(
                        found.mark(), found.whole(),
                        found.changed().stream().map(one -> new ContainerChanges.Changed(one.wishVersion(), ContainerViews.view(one, found.nodes()))).toList(),
                        found.gone()));
    }
}
