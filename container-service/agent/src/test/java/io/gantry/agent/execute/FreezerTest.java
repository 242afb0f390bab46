package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreezerTest {
    @TempDir Path folder;
    private final List<String> said = new ArrayList<>();
    private Path mark;
    private Freezer freezer;

    @BeforeEach
    void make() {
        mark = folder.resolve("standing");
        freezer = new Freezer(still -> said.add(still ? "stop" : "go"), mark);
    }

    @Test
    void goesOnWhenTheLastOfTwoCopiesIsDone() throws Exception {
        freezer.still(() -> {
            freezer.still(() -> said.add("second"));
            said.add("first");
            assertThat(mark).exists();
        });
        assertThat(said).containsExactly("stop", "second", "first", "go");
        assertThat(mark).doesNotExist();
    }

    @Test
    void aPauseDuringACopyOutlivesIt() throws Exception {
        freezer.still(freezer::pause);
        assertThat(said).containsExactly("stop");
        assertThat(mark).as("it is no longer the copy's alone").doesNotExist();
        freezer.unpause();
        assertThat(said).containsExactly("stop", "go");
    }

    @Test
    void aCopyOfAPausedContainerLeavesItStanding() throws Exception {
        freezer.pause();
        freezer.still(() -> assertThat(mark).doesNotExist());
        assertThat(said).containsExactly("stop");
    }

    @Test
    void whatIsUnpausedDuringACopyGoesOnAfterIt() throws Exception {
        freezer.pause();
        freezer.still(() -> {
            freezer.unpause();
            assertThat(said).containsExactly("stop");
            assertThat(mark).as("an agent after a crash lets it go on").exists();
        });
        assertThat(said).containsExactly("stop", "go");
        assertThat(mark).doesNotExist();
    }

    @Test
    void whatCantBeStoppedGoesOnAndLeavesNoMark() {
        freezer = new Freezer(still -> {
            said.add(still ? "stop" : "go");
            if (still) {
                throw new IllegalStateException("isn't still");
            }
        }, mark);
        assertThatThrownBy(() -> freezer.still(() -> said.add("work"))).hasMessage("isn't still");
        assertThat(said).containsExactly("stop", "go");
        assertThat(mark).doesNotExist();
    }

    @Test
    void afterACrashOnlyWhatACopyHeldGoesOn() throws Exception {
        Files.writeString(mark, "");
        assertThat(freezer.takeUp(true)).isFalse();
        assertThat(said).containsExactly("go");
        assertThat(mark).doesNotExist();
    }

    @Test
    void afterACrashWhatIsPausedStaysSoAlsoBehindACopy() throws Exception {
        assertThat(freezer.takeUp(true)).isTrue();
        freezer.still(() -> {});
        assertThat(said).isEmpty();
    }
}
