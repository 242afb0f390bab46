package io.gantry.image.layer.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.problem.BadField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PathPatternTest {
    @Test
    void wildcardsStayWithinAFolderUnlessTheyAreTwo() {
        assertThat(new PathPattern("src/*.java").matches("src/Main.java")).isTrue();
        assertThat(new PathPattern("src/*.java").matches("src/main/Main.java")).isFalse();
        assertThat(new PathPattern("src/**").matches("src/main/Main.java")).isTrue();
        assertThat(new PathPattern("**/*.java").matches("Main.java")).isTrue();
        assertThat(new PathPattern("[a-c]?").matches("bz")).isTrue();
    }

    @Test
    @Timeout(10)
    void oneThatHasNoEndOfTryingIsRefusedByName() {
        PathPattern hopeless = new PathPattern("*a".repeat(30) + "b");
        assertThatThrownBy(() -> hopeless.matches("a".repeat(300))).isInstanceOf(BadField.class).hasMessageContaining("*a*a").hasMessageContaining("no end");
    }

    @Test
    void oneThatCannotBeIsRefusedByName() {
        assertThatThrownBy(() -> new PathPattern("[z-a]").matches("x")).isInstanceOf(BadField.class).hasMessageContaining("'[z-a]' can't be followed");
    }
}
