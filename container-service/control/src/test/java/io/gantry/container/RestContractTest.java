package io.gantry.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.container.lifecycle.api.ContainerResource;
import io.gantry.contracts.api.Operation.By;
import io.gantry.kit.fixture.ResourceRows;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every route of this service is in the contract as it is, and nothing else is there in its name. */
class RestContractTest {
    /** Served by a route of their own, as they stream. */
    private static final List<String> ROUTES = List.of("GET /containers/{ref}/wait");

    /** For other parts of the platform alone. */
    private static final List<String> INTERNAL = List.of("GET /volumes", "GET /volumes/{ref}", "POST /client-certificates", "GET /container-changes", "GET /images-in-use");

    @Test
    void theResourcesAreTheContract() {
        assertThat(ResourceRows.ofTheService(ContainerResource.class, "/container-service", INTERNAL)).isEqualTo(ResourceRows.ofTheContract(By.CONTAINER_SERVICE, ROUTES));
    }
}
