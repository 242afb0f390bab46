package io.gantry.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.api.Operation.By;
import io.gantry.kit.fixture.ResourceRows;
import io.gantry.network.network.api.NetworkResource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every route of this service is in the contract as it is, and nothing else is there in its name. */
class RestContractTest {
    /** Served by a route of their own, as they stream. */
    private static final List<String> ROUTES = List.of();

    /** For the gateway alone. */
    private static final List<String> INTERNAL = List.of();

    @Test
    void theResourcesAreTheContract() {
        assertThat(ResourceRows.ofTheService(NetworkResource.class, "/network-service", INTERNAL)).isEqualTo(ResourceRows.ofTheContract(By.NETWORK_SERVICE, ROUTES));
    }
}
