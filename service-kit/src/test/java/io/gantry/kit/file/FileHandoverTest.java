package io.gantry.kit.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileHandoverTest {
    @Test
    void isReadAsItWasWritten() {
        FileHandover part = new FileHandover(Path.of("/data of ours/blobs/a b"), 12, 1L << 40);
        assertThat(FileHandover.parse(part.toString())).contains(part);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "1 2", "1 2 relative", "-1 2 /a", "1 2000000000000000000 /a", "/a 1 2"})
    void anythingElseIsNone(String header) {
        assertThat(FileHandover.parse(header)).isEmpty();
    }
}
