package io.gantry.gateway.registry.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "GET | /v2/ | - | []",
        "GET | /v2/web/manifests/1 | - | [repository:web:pull]",
        "HEAD | /v2/shop/web/blobs/sha256:00 | - | [repository:shop/web:pull]",
        "GET | /v2/blobs/manifests/tags/list | - | [repository:blobs/manifests:pull]",
        "GET | /v2/web/referrers/sha256:00 | - | [repository:web:pull]",
        "POST | /v2/web/blobs/uploads/ | - | [repository:web:push]",
        "POST | /v2/web/blobs/uploads/ | base | [repository:web:push, repository:base:pull]",
        "PATCH | /v2/web/blobs/uploads/1-2 | - | [repository:web:push]",
        "PUT | /v2/web/manifests/1 | - | [repository:web:push]",
        "DELETE | /v2/web/manifests/1 | - | [repository:web:delete]",
        "GET | /v2/_catalog | - | [registry:catalog:*]"
    })
    void whatARequestNeeds(String method, String path, String from, String needed) {
        assertThat(Access.neededFor(method, path, from).orElseThrow()).hasToString(needed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/web", "/v2/web/manifests", "/v2//manifests/1/2", "/v2/web/unknown/1", "/v2/token/"})
    void noPassIsGoodForWhatIsNotOfTheRegistry(String path) {
        assertThat(Access.neededFor("GET", path, null)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "repository:web:pull | repository:web:pull",
        "repository:shop/web:push,pull | repository:shop/web:pull,push",
        "repository:host:5000/web:pull | repository:host:5000/web:pull",
        "repository:web:pull,fly | repository:web:pull",
        "registry:catalog:* | registry:catalog:*"
    })
    void whatCanBeAskedFor(String scope, String read) {
        assertThat(Access.parse(scope)).hasToString("Optional[" + read + "]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "repository", "repository:web", "repository:web:", "repository:web:fly", "planet:web:pull", ":web:pull"})
    void whatIsNotOfThatFormIsNotGiven(String scope) {
        assertThat(Access.parse(scope)).isEmpty();
    }

    @Test
    void coversTheSameRepositoryAndNoOtherAction() {
        Access pull = Access.parse("repository:web:pull").orElseThrow();
        Access push = Access.parse("repository:web:push").orElseThrow();
        Access all = Access.parse("repository:web:*").orElseThrow();
        assertThat(pull.covers(pull)).isTrue();
        assertThat(pull.covers(push)).isFalse();
        assertThat(all.covers(push)).isTrue();
        assertThat(all.covers(Access.parse("repository:web/more:pull").orElseThrow())).isFalse();
        assertThat(all.covers(Access.parse("registry:web:*").orElseThrow())).isFalse();
    }

    @Test
    void aPassIsReadWithItsKeyAndAsItWasWritten() {
        byte[] key = {1, 2, 3};
        Pass pass = new Pass("id", List.of(Access.parse("repository:web:pull").orElseThrow()), Instant.ofEpochSecond(1_800_000_000));
        String text = pass.write(key);
        assertThat(Pass.read(key, text)).contains(pass);
        assertThat(Pass.read(new byte[] {1, 2, 4}, text)).isEmpty();
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            Optional<Pass> read = Pass.read(key, text.substring(0, i) + other + text.substring(i + 1));
            // the last character of base64 has bits that mean nothing
            assertThat(read.isEmpty() || read.get().equals(pass)).as("character " + i).isTrue();
        }
        assertThat(Pass.read(key, "gantry-pass_.")).isEmpty();
        assertThat(Pass.read(key, "gantry-pass_!.!")).isEmpty();
        assertThat(Pass.read(key, text.substring(0, text.length() / 2))).isEmpty();
    }

    @Test
    void aPassIsGoodForWhatItWasGivenForAlone() {
        Pass pass = new Pass("id", List.of(Access.parse("repository:web:pull,push").orElseThrow()), Instant.EPOCH);
        assertThat(pass.isGoodFor(List.of())).isTrue();
        assertThat(pass.isGoodFor(Access.neededFor("PUT", "/v2/web/manifests/1", null).orElseThrow())).isTrue();
        assertThat(pass.isGoodFor(Access.neededFor("POST", "/v2/web/blobs/uploads/", "base").orElseThrow())).isFalse();
        assertThat(pass.isGoodFor(Access.neededFor("DELETE", "/v2/web/manifests/1", null).orElseThrow())).isFalse();
    }
}
