package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.cli.progress.FakeTerminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program itself at a real terminal, which {@code script(1)} makes. */
@Timeout(120)
class AtATerminalTest {
    private static final String A = "a1".repeat(32);
    private static final String B = "b2".repeat(32);
    private static final String LAYER = "{\"layer\":\"sha256:%s\",\"state\":\"%s\",\"current\":%d,\"total\":1048576}\n";
    private static final String LAYERS = LAYER.formatted(A, "MOVING", 0) + LAYER.formatted(B, "PRESENT", 1048576) + LAYER.formatted(A, "MOVING", 524288);

    @AutoClose private final FakePlatform platform = new FakePlatform();

    @TempDir private Path folder;

    /** What a terminal of 10 by 60 got. */
    private String written(Map<String, String> environment, String arguments) throws IOException, InterruptedException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        ProcessBuilder builder = new ProcessBuilder(
                "script", "-qec", "stty rows 10 cols 60; exec " + java + " -cp " + System.getProperty("java.class.path") + " io.gantry.cli.Gantry " + arguments, "/dev/null");
        builder.environment().putAll(Map.of("TERM", "xterm", "GANTRY_URL", platform.url(), "GANTRY_TOKEN", "secret", "XDG_CONFIG_HOME", folder.toString()));
        builder.environment().remove("NO_COLOR");
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String written = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return written;
    }

    private static String seen(String written) {
        return new FakeTerminal(10, 60).write(written).seen();
    }

    @Test
    void aPullIsDrawnInPlace() throws Exception {
        platform.answers("POST /api/v1/pulls", LAYERS + LAYER.formatted(A, "DONE", 1048576) + "{\"image\":\"sha256:" + A.substring(0, 32) + "\",\"changed\":true}\n");

        String written = written(Map.of(), "pull host:5/shop/web:1");

        assertThat(seen(written)).isEqualTo("""
                a1a1a1a1a1a1  1 MiB
                b2b2b2b2b2b2  is there already
                sha256:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1
                """);
        assertThat(written).contains("a1a1a1a1a1a1  [", "]  0 B of 1 MiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pull host:5/shop/web:1", "push host:5/shop/web:1", "load -i pom.xml", "import pom.xml"})
    void whatGoesWrongIsSaidBelowWhatWasDrawn(String command) throws Exception {
        String told = LAYERS + "{\"error\":{\"type\":\"https://gantry.io/problems/unavailable\",\"status\":503,\"detail\":\"it broke off\",\"hint\":\"try again\"}}\n";
        for (String path : new String[] {"pulls", "pushes", "archives", "imports"}) {
            platform.answers("POST /api/v1/" + path, told);
        }

        assertThat(seen(written(Map.of(), command))).isEqualTo("""
                a1a1a1a1a1a1  [===========>             ]  512 KiB of 1 MiB
                b2b2b2b2b2b2  is there already
                gantry: it broke off
                        try again
                """);
    }

    @Test
    void aBuildsOutputStaysAboveItsStep() throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM debian\n");
        platform.answers("POST /api/v1/builds", "{\"step\":1,\"total\":2,\"instruction\":\"FROM debian\"}\n{\"cached\":true}\n{\"step\":2,\"total\":2,\"instruction\":\"RUN make\"}\n"
                + "{\"stream\":\"50 %\\r100 %\\n\"}\n{\"image\":\"sha256:ab\",\"tags\":[\"shop/web:1\"]}\n");

        String written = written(Map.of(), "build " + folder);

        assertThat(written).contains("step  [", "1 of 2", "2 of 2");
        assertThat(seen(written)).isEqualTo("[1/2] FROM debian\n      cached\n[2/2] RUN make\n100 %\nshop/web:1\nsha256:ab\n");
    }

    @Test
    void coloursAreLeftOutWhereNobodyWantsThem() throws Exception {
        platform.answers("POST /api/v1/pulls", LAYERS + "{\"image\":\"sha256:ab\"}\n");

        assertThat(written(Map.of(), "pull host:5/shop/web:1")).contains("\033[36m===========>\033[0m");
        assertThat(written(Map.of("NO_COLOR", "1"), "pull host:5/shop/web:1")).contains("512 KiB of 1 MiB", "\033[2A").doesNotContain("\033[36m", "\033[0m");
    }

    @Test
    void aTerminalThatCanOnlyPrintGetsLines() throws Exception {
        platform.answers("POST /api/v1/pulls", LAYERS + LAYER.formatted(A, "DONE", 1048576) + "{\"image\":\"sha256:ab\"}\n");

        assertThat(written(Map.of("TERM", "dumb"), "pull host:5/shop/web:1").replace("\r", "")).isEqualTo("b2b2b2b2b2b2  is there already\na1a1a1a1a1a1  1 MiB\nsha256:ab\n");
    }
}
