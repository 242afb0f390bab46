package io.gantry.contracts.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.problem.BadField;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScopeTest {
    @Test
    void isAWordOrALabel() {
        assertThat(Scope.parse("ci-17")).isEqualTo(new Scope("io.gantry.scope", "ci-17")).hasToString("ci-17");
        assertThat(Scope.parse("team=red")).isEqualTo(new Scope("team", "red")).hasToString("team=red");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "=b", "a=", "a=b=c", "ä", "a=b\nc"})
    void takesNothingElse(String text) {
        assertThatThrownBy(() -> Scope.parse(text)).isInstanceOf(BadField.class).hasMessageStartingWith("scope is a word or a label of such");
    }

    @Test
    void aSessionIsToldByTheLabelsOfThoseWhoHaveSessions() {
        assertThat(Scope.session("web", Map.of("org.testcontainers.sessionId", "s", "com.docker.compose.project", "p"))).contains(new Scope("org.testcontainers.sessionId", "s"));
        assertThat(Scope.session("web", Map.of("com.docker.compose.project", "p"))).contains(new Scope("com.docker.compose.project", "p"));
        assertThat(Scope.session("web", Map.of("io.gantry.scope", "x", "com.docker.compose.project", "p"))).contains(new Scope("io.gantry.scope", "x"));
        assertThat(Scope.session("testcontainers-ryuk-77", Map.of())).contains(new Scope("org.testcontainers.sessionId", "77"));
        assertThat(Scope.session("web", Map.of())).isEqualTo(Optional.empty());
    }

    @Test
    void aContainerWithoutASessionIsOneByItself() {
        assertThat(new Mount.Api(null, null).scope("ab", "web", Map.of())).isEqualTo(new Scope("io.gantry.scope", "ab"));
        assertThat(new Mount.Api(null, Scope.parse("x")).scope("ab", "web", Map.of("io.gantry.scope", "y"))).isEqualTo(new Scope("io.gantry.scope", "x"));
        assertThat(new Mount.Api(null, null).target()).isEqualTo("/var/run/docker.sock");
    }
}
