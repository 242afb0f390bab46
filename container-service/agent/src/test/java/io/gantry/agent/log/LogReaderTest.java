package io.gantry.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogReaderTest {
    private static final String TIME = "2026-01-02T03:04:05.678901234Z ";

    @TempDir Path folder;

    @Test
    void theLastLineIsWholeHoweverManyEntriesItHas() throws Exception {
        write("log", "stdout F first\n", "stdout P a\n", "stdout P b\n", "stdout F c\n");
        assertThat(tail(1)).isEqualTo("abc\n");
        assertThat(tail(2)).isEqualTo("first\nabc\n");
        assertThat(tail(9)).isEqualTo("first\nabc\n");
        assertThat(tail(0)).isEmpty();
    }

    @Test
    void aLineThatIsNotEndedYetIsALine() throws Exception {
        write("log", "stdout F first\n", "stdout P going\n");
        assertThat(tail(1)).isEqualTo("going");
    }

    @Test
    void linesOfTwoStreamsAreToldApart() throws Exception {
        write("log", "stdout P a\n", "stderr P x\n", "stdout F b\n", "stderr F y\n", "stdout F last\n");
        assertThat(tail(1)).isEqualTo("last\n");
        assertThat(tail(2)).isEqualTo("xy\nlast\n");
    }

    @Test
    void linesAreCountedAcrossRotatedFiles() throws Exception {
        write("log.1", "stdout F one\n", "stdout P two\n");
        write("log", "stdout F half\n", "stdout F three\n");
        assertThat(tail(1)).isEqualTo("three\n");
        assertThat(tail(2)).isEqualTo("twohalf\nthree\n");
    }

    @Test
    void aFileThatIsRemovedBetweenCountingAndReadingTakesItsLinesWithIt() {
        Tail tail = new Tail(1);
        LogLine line = LogLine.parse((TIME + "stdout F x").getBytes(StandardCharsets.US_ASCII)).orElseThrow();
        tail.count(line, "older");
        tail.count(line, "older");
        tail.count(line, "newer");
        tail.count(line, "newer");
        tail.rewind("newer");
        assertThat(tail.shows(line)).isFalse();
        assertThat(tail.shows(line)).isTrue();
    }

    private void write(String name, String... entries) throws IOException {
        Files.writeString(folder.resolve(name), TIME + String.join(TIME, entries));
    }

    private String tail(int lines) throws Exception {
        StringBuilder text = new StringBuilder();
        try (LogReader reader = LogReader.open(folder, LogQuery.ALL.last(lines), null)) {
            for (Optional<LogLine> line = reader.next(); line.isPresent(); line = reader.next()) {
                text.append(new String(line.get().output(), StandardCharsets.US_ASCII));
            }
        }
        return text.toString();
    }
}
