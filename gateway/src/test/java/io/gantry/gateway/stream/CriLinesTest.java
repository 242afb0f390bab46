package io.gantry.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

class CriLinesTest {
    private static final String LOG =
            "2026-01-01T00:00:00.000000001Z stdout P a\n2026-01-01T00:00:01Z stderr F \n2026-01-01T00:00:02Z stdout F b c\n2026-01-01T00:00:03Z stdout F d\n";

    @Test
    void joinsPartialLinesWhereverTheChunksEnd() {
        for (int size = 1; size < LOG.length(); size++) {
            assertThat(text(LogForm.Kind.TEXT, true, size)).isEqualTo("2026-01-01T00:00:00.000000001Z a2026-01-01T00:00:01Z \nb c\n2026-01-01T00:00:03Z d\n");
        }
    }

    @Test
    void framesEachPieceForDocker() {
        assertThat(text(LogForm.Kind.DOCKER_FRAMES, false, 7)).isEqualTo("\1\0\0\0\0\0\0\1a\2\0\0\0\0\0\0\1\n\1\0\0\0\0\0\0\4b c\n\1\0\0\0\0\0\0\2d\n");
    }

    @Test
    void refusesWhatIsNoLogLine() {
        assertThatThrownBy(() -> new CriLines().read(Buffer.buffer("hello\n"))).hasMessageContaining("not a log line: 'hello'");
        assertThatThrownBy(() -> new CriLines().read(Buffer.buffer("2026 stdin F x\n"))).hasMessageContaining("not a log line");
    }

    private static String text(LogForm.Kind kind, boolean timestamps, int size) {
        CriLines lines = new CriLines();
        LogForm form = new LogForm(kind, timestamps);
        Buffer out = Buffer.buffer();
        for (int from = 0; from < LOG.length(); from += size) {
            lines.read(Buffer.buffer(LOG.substring(from, Math.min(LOG.length(), from + size)))).forEach(line -> form.append(out, line));
        }
        return out.toString();
    }
}
