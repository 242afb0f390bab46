package io.gantry.agent.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
    void leavesNoFileOpenWhenItsReaderGoesInTheMiddle() throws Exception {
        write("log", "stdout F one\n", "stdout F two\n");
        try (FolderWatch watch = new FolderWatch()) {
            for (LogQuery query : List.of(LogQuery.ALL, LogQuery.ALL.following(), LogQuery.ALL.last(1))) {
                LogReader reader = LogReader.open(folder, query, watch);
                assertThat(reader.next()).isPresent();
                assertThat(openLogs()).isEqualTo(1);
                reader.close();
                assertThat(openLogs()).isZero();
                assertThat(reader.next()).isEmpty();
            }
        }
    }

    @Test
    void oneThatWaitsEndsWhenItIsClosed() throws Exception {
        write("log", "stdout F one\n");
        try (FolderWatch watch = new FolderWatch()) {
            LogReader reader = LogReader.open(folder, LogQuery.ALL.following(), watch);
            assertThat(reader.next()).isPresent();
            FutureTask<Optional<LogLine>> next = new FutureTask<>(reader::next);
            Thread waiting = Thread.ofPlatform().start(next);
            while (waiting.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            reader.close();
            assertThat(next.get(20, TimeUnit.SECONDS)).isEmpty();
            assertThat(openLogs()).isZero();
        }
    }

    @Test
    void aLogThatCantBeSearchedLeavesNothingOpen() throws Exception {
        Files.createDirectory(folder.resolve("log"));
        try (FolderWatch watch = new FolderWatch()) {
            long before = watched();
            assertThatThrownBy(() -> LogReader.open(folder, LogQuery.ALL.following().last(1), watch)).isInstanceOf(IOException.class);
            assertThat(watched()).isEqualTo(before);
            assertThat(openLogs()).isZero();
        }
    }

    private long openLogs() throws IOException {
        return descriptors().filter(open -> target(open).startsWith(folder.resolve("log").toString())).count();
    }

    /** Folders that inotify watches for this process (proc_pid_fdinfo(5)). */
    private static long watched() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fdinfo"))) {
            return all.mapToLong(LogReaderTest::watches).sum();
        }
    }

    private static long watches(Path info) {
        try {
            return Files.readAllLines(info).stream().filter(line -> line.startsWith("inotify wd:")).count();
        } catch (IOException e) {
            return 0; // closed meanwhile
        }
    }

    private static Stream<Path> descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.toList().stream();
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    /** Whatever was written, the last lines are those that a reading of all of it ends with. */
    @Test
    void theLastLinesAreTheEndOfAllLines() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            Files.deleteIfExists(folder.resolve("log.1"));
            List<String> all = entries(random, 1 + random.nextInt(60));
            int cut = random.nextInt(all.size());
            if (cut > 0) {
                write("log.1", all.subList(0, cut).toArray(String[]::new));
            }
            write("log", all.subList(cut, all.size()).toArray(String[]::new));
            for (int lines : new int[] {1, 2, 3, 10, 100}) {
                assertThat(tail(lines)).as("round %d, last %d of %s", round, lines, all).isEqualTo(expected(all, lines));
            }
        }
    }

    private static List<String> entries(Random random, int count) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String stream = random.nextInt(4) == 0 ? "stderr" : "stdout";
            String text = i + (random.nextInt(10) == 0 ? "x".repeat(16_000) : "");
            all.add(stream + (random.nextInt(3) == 0 ? " P " : " F ") + text + "\n");
        }
        return all;
    }

    /** By reading all: which line each entry belongs to, then the entries of the last lines. */
    private static String expected(List<String> all, int lines) {
        Map<String, Integer> going = new HashMap<>();
        List<Integer> lineOf = new ArrayList<>();
        int begun = 0;
        for (String entry : all) {
            String stream = entry.substring(0, 6);
            int line = going.containsKey(stream) ? going.get(stream) : begun++;
            lineOf.add(line);
            if (entry.charAt(7) == 'F') {
                going.remove(stream);
            } else {
                going.put(stream, line);
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < all.size(); i++) {
            if (lineOf.get(i) >= begun - lines) {
                String output = all.get(i).substring(9);
                text.append(all.get(i).charAt(7) == 'F' ? output : output.strip());
            }
        }
        return text.toString();
    }

    @Test
    void whatIsNoEntryIsPassedOver() throws Exception {
        Files.writeString(folder.resolve("log"), "cut\n" + TIME + "stdout F one\n" + "y".repeat(700_000) + "\n" + TIME + "stdout F two\n" + TIME + "stdo");
        assertThat(tail(-1)).isEqualTo("one\ntwo\n");
        assertThat(tail(1)).isEqualTo("two\n");
        assertThat(tail(2)).isEqualTo("one\ntwo\n");
    }

    @Test
    void readsTheTimeOfAnEntry() {
        byte[] entry = (TIME + "stdout F x").getBytes(StandardCharsets.US_ASCII);
        assertThat(LogLine.parse(entry, 0, entry.length).orElseThrow().at()).isEqualTo(Instant.parse(TIME.strip()));
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
