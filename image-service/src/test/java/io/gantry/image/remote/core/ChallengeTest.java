package io.gantry.image.remote.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What servers want before they answer. */
class ChallengeTest {
    @Test
    void aTokenIsAskedForWhereTheServerSays() {
        assertThat(Challenge.parse("Bearer realm=\"https://auth.example/token?a=b\",service=\"registry, one\",scope=\"repository:shop/web:pull,push\""))
                .containsExactly(new Challenge("bearer", Map.of("realm", "https://auth.example/token?a=b", "service", "registry, one", "scope", "repository:shop/web:pull,push")));
    }

    @Test
    void severalMayBeWantedAndBlanksAreFree() {
        assertThat(Challenge.parse("Basic realm = \"a \\\"b\\\"\" , charset=UTF-8, BEARER Realm=x, Negotiate"))
                .containsExactly(
                        new Challenge("basic", Map.of("realm", "a \"b\"", "charset", "UTF-8")),
                        new Challenge("bearer", Map.of("realm", "x")),
                        new Challenge("negotiate", Map.of()));
    }

    @Test
    void whatIsNoneIsNone() {
        assertThat(Challenge.parse("")).isEmpty();
        assertThat(Challenge.parse("\"what\"")).isEmpty();
        assertThat(Challenge.parse("Bearer realm=\"open")).extracting(Challenge::scheme).containsExactly("bearer");
    }
}
