package io.gantry.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.api.Operation.By;
import io.gantry.kit.fixture.ResourceRows;
import io.gantry.scheduler.node.api.NodeResource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every route of this service is in the contract as it is, and nothing else is there in its name. */
class RestContractTest {
    /** Served by a route of their own, as they stream. */
    private static final List<String> ROUTES = List.of();

    /** For other parts of the platform alone. */
    private static final List<String> INTERNAL = List.of("GET /images-in-use");

    @Test
    void theResourcesAreTheContract() {
        assertThat(ResourceRows.ofTheService(NodeResource.class, "/scheduler-service", INTERNAL)).isEqualTo(ResourceRows.ofTheContract(By.SCHEDULER_SERVICE, ROUTES));
    }
}
