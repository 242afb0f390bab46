package io.gantry.image.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.check.fuzz.FuzzedService;
import io.gantry.check.fuzz.Hints;
import io.gantry.contracts.api.Operation;
import io.gantry.contracts.api.Operation.By;
import io.gantry.contracts.api.Operations;
import io.gantry.image.fixture.ImageServiceTest;
import io.gantry.image.fixture.Installation;
import io.gantry.image.fixture.SampleImage;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Requests that nobody would send on purpose. {@code -Dgantry.fuzz.seed=N} for others. */
@QuarkusTest
class FuzzIT extends ImageServiceTest {
    @Test
    void whateverIsSentIsAnsweredAsTheContractSaysAndLeavesNothing() throws Exception {
        registry.push("fuzz/web", "1", SampleImage.of(Map.of("fuzzed", "yes")));
        Set<String> ours = Operations.all().stream().filter(one -> one.by() == By.IMAGE_SERVICE).map(Operation::name).collect(Collectors.toSet());
        // nobody listens on port 1
        List<String> elsewhere = List.of("localhost:1/a/b:1", "fuzz/web:1");
        Hints hints = new Hints(Map.of(
                "source", List.of("fuzz/web:1"), "target", List.of("fuzz/web:2", "fuzz/other:1"), "reference", elsewhere, "ImageRef", elsewhere, "registry", List.of("localhost:1"),
                "name", List.of("fuzz/web:1"), "tag", List.of("fuzz/built:1"), "limit", List.of("1", "10"), "fields", List.of("id", "image")));
        Map<String, Integer> statuses = FuzzedService.fuzz(Path.of("../docs/reference/openapi.json"), ours, service.resolve("/image-service").toString(), token.header(), hints, 500);
        assertThat(statuses).containsKeys("200", "201", "400", "404");
        for (String folder : new String[] {"loads", "builds"}) {
            Path left = Installation.data().resolve(folder);
            if (Files.exists(left)) {
                assertThat(left).isEmptyDirectory();
            }
        }
    }
}
