package io.gantry.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.check.fuzz.FuzzedService;
import io.gantry.check.fuzz.Hints;
import io.gantry.contracts.api.Operation;
import io.gantry.contracts.api.Operation.By;
import io.gantry.contracts.api.Operations;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Requests that nobody would send on purpose. {@code -Dgantry.fuzz.seed=N} for others. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class FuzzIT {
    @TestHTTPResource("/network-service")
    URI service;

    @Inject ServiceToken token;

    @Test
    void whateverIsSentIsAnsweredAsTheContractSaysAndLeavesNothing() {
        Set<String> ours = Operations.all().stream().filter(one -> one.by() == By.NETWORK_SERVICE).map(Operation::name).collect(Collectors.toSet());
        Hints hints = new Hints(Map.of("subnet", List.of("10.9.1.0/24", "10.9.2.0/24", "10.9.0.0/16", "10.9.3.0/30"), "fields", List.of("id", "name,subnet"), "limit", List.of("1", "10")));
        Map<String, Integer> statuses = FuzzedService.fuzz(Path.of("../docs/reference/openapi.json"), ours, service.toString(), token.header(), hints, 600);
        assertThat(statuses).containsKeys("200", "201", "204", "400", "404", "409");
    }
}
