package io.gantry.agent.size;

import static io.gantry.agent.plan.SizeKeeper.FILE;
import static io.gantry.agent.plan.SizeKeeper.PROJECT;
import static io.gantry.agent.plan.SizeKeeper.SUBVOLUME;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.plan.SizeKeeper;
import io.gantry.kernel.quota.ProjectQuotas.State;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FileSystemOfferTest {
    static Stream<Arguments> offers() {
        return Stream.of(
                Arguments.of("btrfs", true, State.NONE, false, SUBVOLUME),
                Arguments.of("ext4 or xfs with prjquota", false, State.ENFORCED, false, PROJECT),
                Arguments.of("the same, in a folder that somebody has given a quota of its own", false, State.ENFORCED, true, FILE),
                Arguments.of("ext4 that only counts, mounted without prjquota", false, State.COUNTED, false, FILE),
                Arguments.of("anything else", false, State.NONE, false, FILE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("offers")
    void choosesTheBestThatTheFileSystemHas(String what, boolean btrfs, State projects, boolean taken, SizeKeeper keeper) {
        assertThat(new FileSystemOffer(btrfs, projects, taken).keeper()).as(what).isEqualTo(keeper);
    }
}
