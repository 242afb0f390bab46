package io.gantry.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyedLogTest {
    @TempDir Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("some.log");
    }

    @Test
    void theLastWordOfEachKeyCounts() throws Exception {
        try (KeyedLog log = new KeyedLog(file)) {
            log.put("a", "{\"one\": 1}");
            log.put("b", "");
            log.put("a", "zwölf, and with spaces ");
            log.remove("b");
            log.remove("never there");
            log.put("c", "3");
        }
        assertThat(new KeyedLog(file).read()).isEqualTo(Map.of("a", "zwölf, and with spaces ", "c", "3"));
        assertThat(Files.readAllLines(file)).hasSize(5).allMatch(line -> line.matches("[0-9a-f]{8} [abc]( .*)?"));
    }

    @Test
    void goesOnWhereAnotherEnded() throws Exception {
        put("a", "1");
        put("b", "2");
        try (KeyedLog log = new KeyedLog(file)) {
            log.remove("a");
        }
        assertThat(new KeyedLog(file).read()).isEqualTo(Map.of("b", "2"));
    }

    @Test
    void isReplacedAsAWhole() throws Exception {
        try (KeyedLog log = new KeyedLog(file)) {
            log.put("a", "1");
            log.replace(Map.of("b", "2"));
            log.put("c", "3");
            assertThat(log.read()).isEqualTo(Map.of("b", "2", "c", "3"));
        }
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    /** However a line was broken, what it would have changed is as it was before, and what comes later counts. */
    @Test
    void aBrokenLineIsAsIfItHadNotBeenWritten() throws Exception {
        put("a", "before");
        int whole = Files.readAllBytes(file).length;
        put("a", "after");
        byte[] all = Files.readAllBytes(file);
        for (int cut = whole; cut < all.length; cut++) {
            Files.write(file, Arrays.copyOf(all, cut));
            boolean complete = cut == all.length - 1; // but for its end
            assertThat(new KeyedLog(file).read()).as("cut at " + cut).isEqualTo(Map.of("a", complete ? "after" : "before"));
            put("b", "later");
            assertThat(new KeyedLog(file).read()).as("cut at " + cut).isEqualTo(Map.of("a", complete ? "after" : "before", "b", "later"));
        }
        for (int at = whole; at < all.length - 1; at++) {
            byte[] other = all.clone();
            other[at] = 0;
            Files.write(file, other);
            assertThat(new KeyedLog(file).read()).as("zero at " + at).isEqualTo(Map.of("a", "before"));
        }
    }

    /** As much as there is, and four times that: not what there ever was. */
    @Test
    void isMadeAnewWhenMostOfItIsPast() throws Exception {
        try (KeyedLog log = new KeyedLog(file)) {
            log.put("kept", "x");
            for (int i = 0; i < 10_000; i++) {
                log.put("busy", "y".repeat(200) + i);
                log.put("gone" + i, "z");
                log.remove("gone" + i);
                assertThat(Files.size(file)).isLessThan(300_000);
            }
            assertThat(log.read()).containsOnlyKeys("kept", "busy").containsEntry("busy", "y".repeat(200) + 9_999);
        }
        assertThat(new KeyedLog(file).read()).containsOnlyKeys("kept", "busy");
    }

    @Test
    void isTheMapThatItWasMadeOf() throws Exception {
        Random random = new Random(42);
        Map<String, String> expected = new LinkedHashMap<>();
        List<Map<String, String>> states = new ArrayList<>(List.of(Map.of()));
        KeyedLog log = new KeyedLog(file);
        for (int i = 0; i < 3_000; i++) {
            String key = "k" + random.nextInt(20);
            switch (random.nextInt(10)) {
                case 0 -> {
                    log.close();
                    log = new KeyedLog(file);
                }
                case 1, 2 -> {
                    log.remove(key);
                    expected.remove(key);
                }
                default -> {
                    String text = "t".repeat(random.nextInt(300)) + i;
                    log.put(key, text);
                    expected.put(key, text);
                }
            }
            states.add(Map.copyOf(expected));
            if (i % 100 == 0) {
                assertThat(log.read()).isEqualTo(expected);
            }
        }
        log.close();
        assertThat(new KeyedLog(file).read()).isEqualTo(expected);
        byte[] all = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(all, all.length - 1 - random.nextInt(2_000)));
        assertThat(states).as("some state of the past").contains(new KeyedLog(file).read());
    }

    private void put(String key, String text) throws IOException {
        try (KeyedLog log = new KeyedLog(file)) {
            log.put(key, text);
        }
    }
}
