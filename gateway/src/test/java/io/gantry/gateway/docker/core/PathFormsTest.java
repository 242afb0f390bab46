package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.view.PathStat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathFormsTest {
    /** As {@code fs.FileMode} of Go writes them for the same files. */
    @ParameterizedTest
    @CsvSource({
        "0100644, 420", "040755, 2147484141", "0120777, 134218239", "041777, 2148532735", "0104755, 8389101", "0102755, 4194797", "020666, 69206454", "060660, 67109296",
        "010644, 33554852"
    })
    void kindsAndBitsAreGos(String mode, long go) {
        assertThat(PathForms.goMode(Integer.parseInt(mode, 8))).isEqualTo(go);
    }

    @Test
    void theHeaderIsJsonInBase64() {
        PathStat link = new PathStat("link", 0, 0120777, Instant.parse("2026-01-02T03:04:05.006Z"), "/srv/file");
        assertThat(new String(Base64.getDecoder().decode(PathForms.header(link)), StandardCharsets.UTF_8))
                .isEqualTo("{\"name\":\"link\",\"size\":0,\"mode\":134218239,\"mtime\":\"2026-01-02T03:04:05.006Z\",\"linkTarget\":\"/srv/file\"}");
    }
}
