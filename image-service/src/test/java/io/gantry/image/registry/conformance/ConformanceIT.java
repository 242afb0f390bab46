package io.gantry.image.registry.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.image.fixture.DebianRegistry;
import io.gantry.image.fixture.ImageServiceTest;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our registry does what the specification asks, case by case; and {@code docs/reference/registry-conformance.md} is the same cases asked of ours and of Debian's docker-registry:
 * {@code -Dgantry.golden=write} writes it anew.
 */
@QuarkusTest
class ConformanceIT extends ImageServiceTest {
    private static final Path PAGE = Path.of("../docs/reference/registry-conformance.md");

    /** From here on the page is written by hand: the suite needs Go and its modules, so that no test of ours runs it. */
    private static final String BY_HAND = "\n## The public suite\n";

    @TempDir Path folder;

    static List<ConformanceCase> cases() {
        return Stream.of(PullCases.all(), BlobPushCases.all(), ManifestPushCases.all(), DiscoveryCases.all(), ManagementCases.all()).flatMap(List::stream).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void asksAndIsAnsweredAsTheSpecificationHasIt(ConformanceCase one) throws Exception {
        assertThat(one.outcome(ours(cases().indexOf(one) + 1000))).isEqualTo("yes");
    }

    @Test
    void thePageSaysWhatBothRegistriesDo() throws Exception {
        String page;
        try (DebianRegistry debian = new DebianRegistry(folder)) {
            page = page(debian);
        }
        if ("write".equals(System.getProperty("gantry.golden"))) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).as("run with -Dgantry.golden=write").content().isEqualTo(page);
    }

    private String page(DebianRegistry debian) throws Exception {
        List<String> rows = new ArrayList<>();
        int[] met = new int[2];
        int number = 0;
        for (ConformanceCase one : cases()) {
            String ours = one.outcome(ours(number));
            String theirs = one.outcome(theirs(debian, number++));
            met[0] += ours.equals("yes") ? 1 : 0;
            met[1] += theirs.equals("yes") ? 1 : 0;
            rows.add("| " + one.part() + " | " + one.name() + (one.optional() ? " (optional)" : "") + " | " + ours + " | " + theirs + " |\n");
        }
        return """
                # What the registry does of the specification

                The [OCI distribution specification 1.1](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md), case by case, after what its public conformance suite asks; the requests are our own
                ([conformance](../../image-service/src/test/java/io/gantry/image/registry/conformance)). Both columns are what came back when the same requests were sent to both, Debian's docker-registry
                %s with deletion turned on among them; the test [ConformanceIT](../../image-service/src/test/java/io/gantry/image/registry/conformance/ConformanceIT.java) sends them anew and fails when a word
                here isn't so any more (`-Dgantry.golden=write` writes the page). *Optional* is what the specification leaves to a registry, or only recommends.
                What the suite itself says stands at the end.

                Of %d cases Gantry does %d, docker-registry %d.

                | part | case | Gantry | docker-registry |
                |---|---|---|---|
                """.formatted(debian.version(), rows.size(), met[0], met[1]) + String.join("", rows) + byHand();
    }

    private static String byHand() throws IOException {
        String page = Files.readString(PAGE);
        return page.substring(page.indexOf(BY_HAND));
    }

    private RegistryTalk ours(int number) {
        return new RegistryTalk(URI.create("http://127.0.0.1:" + edge.port()), null, number);
    }

    private static RegistryTalk theirs(DebianRegistry debian, int number) {
        String pair = DebianRegistry.USER + ":" + DebianRegistry.PASSWORD;
        return new RegistryTalk(URI.create("http://" + debian.host()), "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)), number);
    }
}
