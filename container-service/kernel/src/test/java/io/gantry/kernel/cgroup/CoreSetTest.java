package io.gantry.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoreSetTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"0|0", "0-3|0-3", "3,1,0|0-1,3", "5,0-2,6-7|0-2,5-7", "0-1023|0-1023", "''|''", "1,1-2|1-2"})
    void readsAndWritesWhatTheKernelDoes(String read, String written) {
        assertThat(CoreSet.parse(read).list()).isEqualTo(written);
    }

    @Test
    void takesCoresAwayAndPutsThemTogether() {
        CoreSet all = CoreSet.parse("0-7");
        assertThat(all.without(CoreSet.parse("2-3,7")).list()).isEqualTo("0-1,4-6");
        assertThat(CoreSet.parse("6").plus(CoreSet.parse("0,7")).list()).isEqualTo("0,6-7");
        assertThat(all.without(all)).isEqualTo(CoreSet.EMPTY);
    }
}
