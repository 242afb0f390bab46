package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/reference/docker-operations.md} is what the table of operations says, each with the test that proves it: {@code -Dgantry.golden=write} writes it anew. Proofs are
 * named in {@code docker/proofs.txt}.
 */
class OperationsPageTest {
    private static final Path PAGE = Path.of("../docs/reference/docker-operations.md");
    private static final List<Path> TESTS = List.of(Path.of("../gateway/src/test/java"), Path.of("../e2e/src/test/java"));

    @Test
    void thePageSaysWhatTheTableSays() throws IOException {
        String expected = page();
        if ("write".equals(System.getProperty("gantry.golden"))) {
            Files.writeString(PAGE, expected);
        }
        assertThat(PAGE).as("run with -Dgantry.golden=write").exists();
        assertThat(Files.readString(PAGE)).isEqualTo(expected);
    }

    @Test
    void whatIsHereIsProvedAndNothingElse() throws IOException {
        List<String> here = DockerApi.all().stream().filter(DockerApi.Operation::here).map(DockerApi.Operation::name).toList();

        assertThat(proofs().keySet()).containsExactlyInAnyOrderElementsOf(here);
    }

    private static String page() throws IOException {
        Map<String, String> proofs = proofs();
        Map<String, Path> tests = tests();
        List<DockerApi.Operation> here = DockerApi.all().stream().filter(DockerApi.Operation::here).toList();
        List<DockerApi.Operation> refused = DockerApi.all().stream().filter(one -> !one.here()).toList();
        StringBuilder page = new StringBuilder("""
                # Docker's operations

                Made of the [table that the gateway goes by](../../gateway/src/main/java/io/gantry/gateway/docker/core/DockerApi.java), which a test holds to Docker's published description; remarks are in
                [what the Docker edge does](docker-compatibility.md), how answers differ in [its own table](docker-differences.md). Of %d operations %d are here.

                ## Here

                | operation | parameters | refused parameters | proof |
                |---|---|---|---|
                """.formatted(DockerApi.all().size(), here.size()));
        for (DockerApi.Operation operation : here) {
            page.append("| `").append(operation.name()).append("` | ").append(parameters(operation, true)).append(" | ").append(parameters(operation, false)).append(" | ")
                    .append(link(proofs.getOrDefault(operation.name(), "none"), tests)).append(" |\n");
        }
        page.append("\n## Refused by name\n\n").append(refused.stream().map(one -> "- `" + one.name() + "`\n").collect(Collectors.joining()));
        return page.toString();
    }

    private static String parameters(DockerApi.Operation operation, boolean done) {
        return operation.parameters().entrySet().stream().filter(one -> one.getValue() == done).map(one -> "`" + one.getKey() + "`").collect(Collectors.joining(", "));
    }

    private static String link(String proof, Map<String, Path> tests) {
        Path file = tests.get(proof.replaceFirst("#.*", ""));
        assertThat(file).as("the file of " + proof).isNotNull();
        return "[" + proof + "](../" + file + ")";
    }

    /** By the operation. */
    private static Map<String, String> proofs() throws IOException {
        try (InputStream file = OperationsPageTest.class.getResourceAsStream("/docker/proofs.txt")) {
            Map<String, String> proofs = new TreeMap<>();
            for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                int last = line.lastIndexOf(' ');
                proofs.put(line.substring(0, last), line.substring(last + 1));
            }
            return proofs;
        }
    }

    /** Files by the name of their class. */
    private static Map<String, Path> tests() throws IOException {
        Map<String, Path> tests = new TreeMap<>();
        for (Path folder : TESTS) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> tests.put(file.getFileName().toString().replace(".java", ""), file));
            }
        }
        return tests;
    }
}
