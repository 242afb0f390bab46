package io.gantry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real bash makes of it. */
class CompletionTest {
    @ParameterizedTest
    @CsvSource({"gantry deplo, deploy deployments deployment", "gantry logs --fol, --follow", "gantry context cr, create"})
    void completesCommandsAndOptions(String typed, String completed, @TempDir Path folder) throws Exception {
        Path script = folder.resolve("completion");
        Files.writeString(script, FakePlatform.run(Map.of(), "completion", "bash").out());
        String[] all = typed.split(" ");
        String asked = ". %s; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_gantry; echo \"${COMPREPLY[@]}\"".formatted(script, typed, all.length - 1);

        Process bash = new ProcessBuilder("bash", "--norc", "-c", asked).redirectError(ProcessBuilder.Redirect.DISCARD).start();

        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip().split(" ")).containsExactlyInAnyOrder(completed.split(" "));
    }
}
