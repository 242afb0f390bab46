package io.gantry.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BarsTest {
    private static final long MIB = 1 << 20;

    private static Bars layers() {
        Bars bars = new Bars();
        bars.put(Bar.ofBytes("a1a1a1a1a1a1", 3 * MIB, 12 * MIB));
        bars.put(Bar.over("b2b2b2b2b2b2", "is there already"));
        bars.put(Bar.ofBytes("c3c3c3c3c3c3", 0, 512));
        bars.put(Bar.over("d4d4d4d4d4d4", "45 MiB"));
        bars.put(Bar.ofBytes("sending", 5 * MIB / 2, 0));
        return bars;
    }

    @Test
    void showsHowFarEachIs() {
        assertThat(String.join("\n", layers().lines(80, 24, false))).isEqualTo("""
                a1a1a1a1a1a1  [=========>                              ]  3 MiB of 12 MiB
                b2b2b2b2b2b2  is there already
                c3c3c3c3c3c3  [                                        ]  0 B of 512 B
                d4d4d4d4d4d4  45 MiB
                sending  2.5 MiB""");
    }

    @Test
    void makesItsBarsAsShortAsTheTerminal() {
        assertThat(String.join("\n", layers().lines(45, 24, false))).isEqualTo("""
                a1a1a1a1a1a1  [==>         ]  3 MiB of 12 MiB
                b2b2b2b2b2b2  is there already
                c3c3c3c3c3c3  [               ]  0 B of 512 B
                d4d4d4d4d4d4  45 MiB
                sending  2.5 MiB""");
        assertThat(String.join("\n", layers().lines(30, 24, false))).isEqualTo("""
                a1a1a1a1a1a1  3 MiB of 12 MiB
                b2b2b2b2b2b2  is there already
                c3c3c3c3c3c3  0 B of 512 B
                d4d4d4d4d4d4  45 MiB
                sending  2.5 MiB""");
    }

    @Test
    void makesRoomForWhatIsOnItsWay() {
        assertThat(layers().lines(45, 4, false)).containsExactly(
                "2 are done", "a1a1a1a1a1a1  [==>         ]  3 MiB of 12 MiB", "c3c3c3c3c3c3  [               ]  0 B of 512 B", "sending  2.5 MiB");
        assertThat(layers().lines(45, 3, false)).containsExactly("2 are done", "a1a1a1a1a1a1  [==>         ]  3 MiB of 12 MiB", "and 2 more");
        Bars over = new Bars();
        for (String name : List.of("a", "b", "c", "d")) {
            over.put(Bar.over(name, "is there already"));
        }
        assertThat(over.lines(45, 3, false)).containsExactly("2 more are done", "c  is there already", "d  is there already");
    }

    @Test
    void whatHasMoreThanItSaidIsFull() {
        assertThat(Bar.ofBytes("a", 30, 20).line(30, false)).isEqualTo("a  [===========]  30 B of 20 B");
        assertThat(Bar.ofBytes("a", 20, 20).line(80, false)).isEqualTo("a  [" + "=".repeat(40) + "]  20 B of 20 B");
    }

    @Test
    void coloursTheBarAlone() {
        assertThat(Bar.ofBytes("a", 10, 20).line(29, true)).isEqualTo("a  [\033[36m====>\033[0m     ]  10 B of 20 B");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 19, 20, 33, 34, 35, 79, 80, 200})
    void isNeverWiderNorHigherThanItMay(int columns) {
        for (int rows = 2; rows < 8; rows++) {
            List<String> lines = layers().lines(columns, rows, false);
            assertThat(lines).hasSizeLessThanOrEqualTo(rows).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(columns));
        }
    }
}
