package io.gantry.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.api.Operation.By;
import io.gantry.image.reference.api.ImageResource;
import io.gantry.kit.fixture.ResourceRows;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every route of this service is in the contract as it is, and nothing else is there in its name. */
class RestContractTest {
    /** Served by a route of their own, as they stream. */
    private static final List<String> ROUTES = List.of("POST /builds", "GET /archives", "POST /archives", "POST /imports", "POST /pulls", "POST /pushes");

    /** For the gateway alone. */
    private static final List<String> INTERNAL = List.of("POST /commits", "GET /sharing");

    @Test
    void theResourcesAreTheContract() {
        assertThat(ResourceRows.ofTheService(ImageResource.class, "/image-service", INTERNAL)).isEqualTo(ResourceRows.ofTheContract(By.IMAGE_SERVICE, ROUTES));
    }
}
