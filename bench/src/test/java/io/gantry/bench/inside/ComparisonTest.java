package io.gantry.bench.inside;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static Map<String, Facts> two(String first, String second) {
        Map<String, Facts> both = new LinkedHashMap<>();
        both.put("gantry", Facts.parse(first));
        both.put("dockerd", Facts.parse(second));
        return both;
    }

    @Test
    void onlyWhatDiffersIsTold() {
        Comparison found = Comparison.of(two("status\tSeccomp\t2\nstatus\tNoNewPrivs\t1\n", "status\tSeccomp\t2\nstatus\tNoNewPrivs\t0\n"));
        assertThat(found.differences()).containsExactly(new Comparison.Difference("status NoNewPrivs", Map.of("gantry", "1", "dockerd", "0")));
        assertThat(found.same()).isEqualTo(1);
    }

    @Test
    void whatOneLacksIsADifference() {
        Comparison found = Comparison.of(two("env\tGANTRY_MEMORY_LIMIT\t64\n", ""));
        assertThat(found.differences()).singleElement().extracting(Comparison.Difference::values)
                .isEqualTo(Map.of("gantry", "64", "dockerd", Comparison.NOTHING));
    }

    @Test
    void idsAndAddressesOfOneRunAreNone() {
        Comparison found = Comparison.of(two("env\tHOSTNAME\t0123456789ab\nenv\tGATEWAY\t10.1.0.1\n", "env\tHOSTNAME\tffffffffffff\nenv\tGATEWAY\t172.17.0.1\n"));
        assertThat(found.differences()).isEmpty();
        assertThat(found.same()).isEqualTo(2);
    }

    @Test
    void whatIsMountedTwiceAtAPlaceIsOneFact() {
        assertThat(Facts.parse("mount\t/x\ttmpfs rw\nmount\t/x\tproc ro\nno fact\n").byName()).isEqualTo(Map.of("mount /x", "tmpfs rw; proc ro"));
    }

    @Test
    void theTableHasAColumnForEachEngineAndCutsWhatIsLong() {
        String table = Comparison.of(two("mount\t/\t" + "o".repeat(60) + "\nstatus\tUid\t0\n", "mount\t/\text4\nstatus\tUid\t0\n")).table();
        assertThat(table).isEqualTo(
                "inside   gantry                                            dockerd\n"
                        + "mount /  " + "o".repeat(47) + "…  ext4\n"
                        + "\n1 facts differ, 1 are the same in all\n");
    }
}
