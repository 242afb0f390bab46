package io.gantry.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands on a terminal in the end. */
class LiveProgressTest {
    private static final TerminalSize SIZE = new TerminalSize(10, 60);

    private final StringWriter written = new StringWriter();
    private final PrintWriter out = new PrintWriter(written, true);
    private TerminalSize size = SIZE;
    private long now;
    private final LiveProgress progress = new LiveProgress(out, true, () -> size, () -> now);

    private String seen() {
        return new FakeTerminal(SIZE.rows(), SIZE.columns()).write(written.toString()).seen();
    }

    @Test
    void drawsInPlace() {
        progress.bytes("a1", 0, 100);
        progress.bytes("b2", 0, 100);
        now += 200_000_000;
        progress.bytes("a1", 50, 100);
        assertThat(seen()).isEqualTo("""
                a1  [==================>                   ]  50 B of 100 B
                b2  [                                       ]  0 B of 100 B
                """);
        progress.over("a1", "100 B");
        progress.over("b2", "is there already");
        progress.settle();
        out.println("sha256:ab");
        assertThat(seen()).isEqualTo("""
                a1  100 B
                b2  is there already
                sha256:ab
                """);
    }

    @Test
    void numbersThatOnlyGrowAreNotDrawnMoreOftenThanAnybodyLooks() {
        progress.bytes("a1", 0, 1000);
        String first = written.toString();
        for (int i = 1; i < 1000; i++) {
            now += 99_000;
            progress.bytes("a1", i, 1000);
        }
        assertThat(written.toString()).isEqualTo(first);
        now += 2_000_000;
        progress.bytes("a1", 999, 1000);
        assertThat(seen()).endsWith("999 B of 1000 B\n");
    }

    @Test
    void whatOthersWriteStaysAboveAndWhole() {
        progress.text("[1/2] FROM debian\n");
        progress.step(1, 2);
        progress.text("half a ");
        progress.step(2, 2);
        progress.text("line\n");
        assertThat(seen()).isEqualTo("""
                [1/2] FROM debian
                half a line
                step  [===================>                    ]  2 of 2
                """);
        progress.text("no end");
        progress.settle();
        out.println("sha256:ab");
        assertThat(seen()).isEqualTo("""
                [1/2] FROM debian
                half a line
                no end
                sha256:ab
                """);
    }

    /** Where its lines are now nobody knows, and nothing of what others wrote may be lost. */
    @Test
    void afterAResizeItBeginsAnewBelow() {
        progress.text("before\n");
        progress.bytes("a1", 0, 100);
        size = new TerminalSize(10, 40);
        progress.over("a1", "100 B");
        progress.over("b2", "100 B");
        progress.settle();
        assertThat(seen()).isEqualTo("""
                before
                a1  [                                       ]  0 B of 100 B
                a1  100 B
                b2  100 B
                """);
    }

    @Test
    void whatIsToldAfterTheEndIsNotHeard() {
        progress.bytes("sending", 10, 100);
        progress.close();
        out.println("gantry: not now");
        progress.bytes("sending", 20, 100);
        progress.bytes("other", 20, 100);
        progress.forget("sending");
        progress.text("late");
        progress.settle();
        assertThat(seen()).isEqualTo("sending  [==>                              ]  10 B of 100 B\ngantry: not now\n");
    }

    /** More layers than the terminal has rows, all of them moving, and text between: each line of text is there in the end, once and in order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void losesNoTextWhateverIsDrawn(long seed) {
        Random random = new Random(seed);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            now += random.nextInt(100_000_000);
            switch (random.nextInt(6)) {
                case 0 -> {
                    progress.text("text " + i + "\n");
                    expected.append("text ").append(i).append('\n');
                }
                case 1 -> progress.over("layer" + random.nextInt(30), "done");
                case 2 -> progress.forget("layer" + random.nextInt(30));
                case 3 -> progress.step(1 + random.nextInt(9), 9);
                default -> progress.bytes("layer" + random.nextInt(30), random.nextInt(1000), 1000);
            }
        }
        String texts = seen().lines().filter(line -> line.startsWith("text ")).reduce("", (all, line) -> all + line + "\n");
        assertThat(texts).isEqualTo(expected.toString());
        assertThat(seen().lines().filter(line -> line.startsWith("layer") || line.startsWith("step")).count()).isLessThan(SIZE.rows());
    }
}
