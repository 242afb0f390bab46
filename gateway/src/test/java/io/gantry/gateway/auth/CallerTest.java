package io.gantry.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallerTest {
    private final Caller red = new Caller("ci", Optional.of(Scope.parse("team=red")));

    @Test
    void ownsWhatBearsTheLabelExactly() {
        assertThat(red.owns(Map.of("team", "red", "a", "b"))).isTrue();
        assertThat(red.owns(Map.of("team", "redder"))).isFalse();
        assertThat(red.owns(Map.of())).isFalse();
        assertThat(red.own(List.of("red", "blue"), team -> Map.of("team", team))).containsExactly("red");
    }

    @Test
    void withoutAScopeOwnsAll() {
        assertThat(Caller.ofEverything("owner").owns(Map.of())).isTrue();
        assertThat(Caller.ofEverything("owner").mark("labels", Map.of("a", "b"))).isEqualTo(Map.of("a", "b"));
        assertThat(Caller.ofEverything("owner").markOfImage()).isEmpty();
    }

    @Test
    void marksWhatIsMadeAndTakesNoOtherMark() {
        assertThat(red.mark("labels", Map.of("a", "b"))).isEqualTo(Map.of("a", "b", "team", "red"));
        assertThatThrownBy(() -> red.mark("labels", Map.of("team", "blue"))).isInstanceOf(BadField.class).hasMessageContaining("team is red for all that is made with this token");
        assertThatThrownBy(() -> red.mark("labels", Map.of("io.gantry.scope", "red"))).isInstanceOf(BadField.class).hasMessageContaining("is of another scope than this token's, team=red");
    }

    @Test
    void imagesThatNobodyMadeWithinAScopeAreForAll() {
        assertThat(red.mayUse(Map.of("team", "blue"))).isTrue();
        assertThat(red.mayUse(red.markOfImage())).isTrue();
        assertThat(red.mayUse(Map.of("io.gantry.scope", "team=blue", "team", "blue"))).isFalse();
    }
}
