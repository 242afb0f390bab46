package io.gantry.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.check.fuzz.FuzzedService;
import io.gantry.check.fuzz.Hints;
import io.gantry.contracts.api.Operation;
import io.gantry.contracts.api.Operation.By;
import io.gantry.contracts.api.Operations;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Requests that nobody would send on purpose. {@code -Dgantry.fuzz.seed=N} for others. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class FuzzIT extends SchedulerScene {
    @Test
    void whateverIsSentIsAnsweredAsTheContractSaysAndLeavesNothing() {
        String image = "fuzz/web-" + run;
        push(image, "1");
        Set<String> ours = Operations.all().stream().filter(one -> one.by() == By.SCHEDULER_SERVICE).map(Operation::name).collect(Collectors.toSet());
        Hints hints = new Hints(Map.of(
                "image", List.of(image + ":1"), "ImageRef", List.of(image + ":1"), "replicas", List.of("0", "1", "2"), "nodeName", List.of(one.name()), "network", List.of("default"),
                "runtime", List.of("namespaces"), "limit", List.of("1", "10"), "fields", List.of("id", "name,status"), "status", List.of("STEADY"), "state", List.of("READY")));
        Map<String, Integer> statuses = FuzzedService.fuzz(Path.of("../docs/reference/openapi.json"), ours, service.toString(), token.header(), hints, 400);
        assertThat(statuses).containsKeys("200", "201", "204", "400", "404");
    }
}
