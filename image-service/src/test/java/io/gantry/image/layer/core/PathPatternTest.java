package io.gantry.image.layer.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.problem.BadField;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathPatternTest {
    @Test
    void wildcardsStayWithinAFolderUnlessTheyAreTwo() {
        assertThat(new PathPattern("src/*.java").matches("src/Main.java")).isTrue();
        assertThat(new PathPattern("src/*.java").matches("src/main/Main.java")).isFalse();
        assertThat(new PathPattern("src/**").matches("src/main/Main.java")).isTrue();
        assertThat(new PathPattern("**/*.java").matches("Main.java")).isTrue();
        assertThat(new PathPattern("[a-c]?").matches("bz")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"[a-c], b, d", "[^a-c], d, b", "[\\]a], ], b", "[a\\-c], -, b", "[\\\\], \\, a", "[a&&b], &, c", "[a^], ^, b", "[[], [, a", "[.], ., a"})
    void aSetHasWhatStandsInIt(String pattern, String in, String out) {
        assertThat(new PathPattern(pattern).matches(in)).isTrue();
        assertThat(new PathPattern(pattern).matches(out)).isFalse();
    }

    @Test
    @Timeout(10)
    void oneThatHasNoEndOfTryingIsRefusedByName() {
        PathPattern hopeless = new PathPattern("*a".repeat(30) + "b");
        assertThatThrownBy(() -> hopeless.matches("a".repeat(300))).isInstanceOf(BadField.class).hasMessageContaining("*a*a").hasMessageContaining("no end");
    }

    @Test
    void whatDockerTakesForNoneIsFound() {
        for (String pattern : List.of("*.log", "[a-c]?", "[^a]*", "a\\[", "[\\]a]", "[a\\-]", "**/x", "]", "a-b", "")) {
            assertThatCode(new PathPattern(pattern)::check).as(pattern).doesNotThrowAnyException();
        }
        for (String pattern : List.of("[", "a[", "[a", "[a-", "[a-]", "[]", "[]a]", "[^]", "[-a]", "a\\", "[\\", "[a\\", "[z-a]")) {
            assertThatThrownBy(new PathPattern(pattern)::check).as(pattern).isInstanceOf(BadField.class);
        }
    }

    @Test
    void oneThatCannotBeIsRefusedByName() {
        assertThatThrownBy(() -> new PathPattern("[z-a]").matches("x")).isInstanceOf(BadField.class).hasMessageContaining("'[z-a]' can't be followed");
    }
}
