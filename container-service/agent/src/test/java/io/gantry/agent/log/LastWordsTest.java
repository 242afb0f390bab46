package io.gantry.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastWordsTest {
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    @TempDir
    private Path folder;

    private void log(String... entries) throws IOException {
        Files.writeString(folder.resolve("log"), String.join("\n", entries) + "\n");
    }

    private static String entry(int second, String rest) {
        return "2026-01-02T12:00:%02d.000000000Z %s".formatted(second, rest);
    }

    @Test
    void onlyTheLastLinesOfThisRunAreKept() throws Exception {
        String before = "2026-01-02T11:59:59.000000000Z stdout F of the run before";
        String entries = IntStream.range(0, 20).mapToObj(i -> entry(i, "stderr F line " + i)).collect(Collectors.joining("\n"));
        log(before, entries);
        assertThat(LastWords.of(folder, NOON)).hasSize(10).startsWith("line 10").endsWith("line 19");
        log(before, entry(1, "stdout F only one"));
        assertThat(LastWords.of(folder, NOON)).containsExactly("only one");
    }

    @Test
    void aLineInPartsIsOneAndOneWithoutAnEndIsTaken() throws Exception {
        log(entry(1, "stdout P connecting to "), entry(2, "stdout F the data base"), entry(3, "stderr P giving up"));
        assertThat(LastWords.of(folder, NOON)).containsExactly("connecting to the data base", "giving up");
    }

    @Test
    void nothingIsKeptThatATerminalWouldObeyAndNoLineIsLong() throws Exception {
        log(entry(1, "stdout F a\u001b[2Jb\0c"), entry(2, "stdout F " + "x".repeat(500)));
        assertThat(LastWords.of(folder, NOON)).containsExactly("a [2Jb c", "x".repeat(199) + "…");
    }

    @Test
    void aLineAsLongAsTheLogNeedsNoMoreMemoryThanAShortOne() throws Exception {
        String part = entry(1, "stdout P " + "0".repeat(16_384)) + "\n";
        try (Writer log = Files.newBufferedWriter(folder.resolve("log"))) {
            for (int i = 0; i < 2000; i++) {
                log.write(part);
            }
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(LastWords.of(folder, NOON)).containsExactly("0".repeat(199) + "…");
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8 << 20);
    }

    @Test
    void withoutALogThereAreNone() throws Exception {
        assertThat(LastWords.of(folder, NOON)).isEmpty();
    }
}
