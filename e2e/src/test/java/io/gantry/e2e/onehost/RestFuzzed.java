package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.check.fuzz.Dice;
import io.gantry.check.fuzz.Footprint;
import io.gantry.check.fuzz.Fuzzer;
import io.gantry.check.fuzz.Hints;
import io.gantry.check.fuzz.Wire;
import io.gantry.e2e.observe.Expect;
import io.gantry.e2e.observe.Rest;
import io.gantry.e2e.stage.Busybox;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The whole platform, asked for what nobody would ask for on purpose, in sequences that use what earlier requests made: containers run, are removed, and asked
 * for again. When all is removed nothing of them is left, in the kernel or in our processes. {@code -Dgantry.fuzz.seed=N} for other requests.
 */
interface RestFuzzed {
    int COUNT = 500;
    List<String> RESOURCES = List.of("deployments", "rules", "containers", "volumes", "networks", "secrets", "configs", "tokens");

    Rest rest();

    int process(String name);

    /** What the installation has in the kernel, each as a line that begins with its kind. */
    Set<String> traces();

    @Test
    @Order(Integer.MAX_VALUE - 4)
    default void whateverIsSentIsAnsweredAsTheContractSaysAndLeavesNothing() {
        Hints hints = new Hints(Map.ofEntries(
                Map.entry("image", List.of(Busybox.IMAGE)), Map.entry("ImageRef", List.of(Busybox.IMAGE, "localhost:1/a/b:1")), Map.entry("command", List.of("sleep", "1000", "true")),
                Map.entry("entrypoint", List.of("/bin/sh")), Map.entry("memory", List.of("16777216")), Map.entry("network", List.of("default")), Map.entry("runtime", List.of("namespaces")),
                Map.entry("replicas", List.of("0", "1")), Map.entry("signal", List.of("SIGTERM", "KILL")), Map.entry("subnet", List.of("10.219.7.0/24")), Map.entry("path", List.of("/etc", "/tmp")),
                Map.entry("registry", List.of("localhost:1")), Map.entry("source", List.of(Busybox.IMAGE)), Map.entry("target", List.of("fuzz/other:1")), Map.entry("limit", List.of("1", "10")),
                Map.entry("fields", List.of("id", "id,name")), Map.entry("tail", List.of("1", "all")), Map.entry("user", List.of("worker", "0"))));
        try (Wire wire = new Wire(rest().url() + "/api/v1", "Bearer " + rest().token())) {
            Map<String, Long> there = kinds(traces());
            int containers = rest().get("/containers?all=true").path("items").size();
            Fuzzer fuzzer = new Fuzzer(rest().contract(), one -> true, wire, hints, Dice.seed());
            fuzzer.run(100, Duration.ofSeconds(20));
            clear(fuzzer);
            Footprint platform = Footprint.of(process("platform"));
            Footprint agent = Footprint.of(process("agent-0"));

            fuzzer.run(COUNT * Dice.factor(), Duration.ofSeconds(40L * Dice.factor()));
            clear(fuzzer);

            assertThat(rest().get("/containers?all=true").path("items").size()).isLessThanOrEqualTo(containers);
            Expect.eventually(Duration.ofSeconds(30), () -> {
                Map<String, Long> left = kinds(traces());
                left.forEach((kind, count) -> Expect.that(count <= there.getOrDefault(kind, 0L), "there were " + there + ", and are " + left));
                return left;
            });
            Footprint.returnsTo(process("agent-0"), agent, 16, Duration.ofSeconds(30));
            Footprint.returnsTo(process("platform"), platform, 64, Duration.ofSeconds(60));
            assertThat(fuzzer.statuses()).containsKeys("200", "201", "204", "400", "404", "409");
        }
    }

    private void clear(Fuzzer fuzzer) {
        for (String resource : RESOURCES) {
            for (String name : fuzzer.known().of(resource)) {
                String path = "/" + resource + "/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
                String all = resource.equals("containers") ? "?force=true&volumes=true" : "";
                // what is being placed or rolled out goes when it is
                Expect.eventually(Duration.ofSeconds(20), () -> {
                    var answer = rest().answer("DELETE", path + all, null);
                    Expect.that(answer.statusCode() == 204 || answer.statusCode() == 404, path + " is not removed: " + answer.body());
                    return answer;
                });
            }
        }
    }

    private static Map<String, Long> kinds(Set<String> traces) {
        return traces.stream().collect(Collectors.groupingBy(trace -> trace.split(" ")[0], TreeMap::new, Collectors.counting()));
    }
}
